import { describe, expect, it } from 'vitest'
import { actAt, placeBefore, placeToDo, TRAINER_ACTS } from '../../../src-renderer/model/trainer-acts'

const MENDS = ['make-whole', 'restart-a']

describe('the acts of a demonstration', () => {
  it('mend what they have broken before they break something else', () => {
    let isBroken = false
    for (const act of TRAINER_ACTS.slice(1)) {
      expect(MENDS.includes(act)).toBe(isBroken)
      isBroken = !isBroken
    }
    expect(isBroken).toBe(false)
  })

  it('begin again after the last one', () => {
    expect(actAt(0)).toBe('start-workload')
    expect(actAt(TRAINER_ACTS.length)).toBe('start-workload')
  })

  it('start no workload that runs', () => {
    expect(placeToDo(0, false)).toBe(0)
    expect(placeToDo(0, true)).toBe(1)
    expect(placeToDo(1, true)).toBe(1)
    expect(actAt(placeToDo(TRAINER_ACTS.length, true))).toBe('kill-a')
  })

  it('go back to the one that broke something, to show it again', () => {
    const place = TRAINER_ACTS.indexOf('hang-b')
    expect(placeBefore(place + 1)).toBe(place)
    expect(placeBefore(place + 2)).toBe(place)
    expect(actAt(placeBefore(place))).toBe('kill-a')
    expect(placeBefore(0)).toBe(0)
    expect(placeBefore(1)).toBe(0)
  })
})
