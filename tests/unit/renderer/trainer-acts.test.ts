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
    const isADown = false
    expect(placeToDo(0, { workloadRuns: false, isADown })).toBe(0)
    expect(placeToDo(0, { workloadRuns: true, isADown })).toBe(1)
    expect(placeToDo(1, { workloadRuns: true, isADown })).toBe(1)
    expect(actAt(placeToDo(TRAINER_ACTS.length, { workloadRuns: true, isADown }))).toBe('kill-a')
  })

  it('kill no A that is down, and go on with its restart', () => {
    expect(actAt(placeToDo(0, { workloadRuns: true, isADown: true }))).toBe('restart-a')
    expect(actAt(placeToDo(1, { workloadRuns: true, isADown: true }))).toBe('restart-a')
    expect(actAt(placeToDo(0, { workloadRuns: false, isADown: true }))).toBe('start-workload')
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
