import { describe, expect, it } from 'vitest'
import { ClaimTable } from '../../../src-main/platform/claims'

describe('ClaimTable', () => {
  it('refuses writes under an older epoch and lets the newest raise win', () => {
    const memory = ClaimTable.createMemory()
    const a = new ClaimTable(memory, 'a')
    const b = new ClaimTable(memory, 'b')
    expect(a.raise({ slot: 3, epoch: 5 })).toBe(true)
    expect(b.raise({ slot: 3, epoch: 4 })).toBe(false)
    expect(b.epoch(3)).toBe(5)
    expect(b.enter({ slot: 3, epoch: 4 })).toBe(false)
    expect(a.enter({ slot: 3, epoch: 5 })).toBe(true)
    a.leave()
    expect(b.enter({ slot: 4, epoch: 0 })).toBe(true)
  })

  it('raises only when no write of the peer is under way, or the peer has ended', () => {
    const memory = ClaimTable.createMemory()
    const a = new ClaimTable(memory, 'a')
    const b = new ClaimTable(memory, 'b')
    expect(a.enter({ slot: 0, epoch: 1 })).toBe(true)
    new ClaimTable(memory, 'a').controllerEnded('a')
    expect(b.raise({ slot: 0, epoch: 2 })).toBe(true)
    expect(a.enter({ slot: 0, epoch: 1 })).toBe(false)
  })

  it('has a serving line of each controller, which the other one sees until the controller has ended', () => {
    const memory = ClaimTable.createMemory()
    const a = new ClaimTable(memory, 'a')
    const b = new ClaimTable(memory, 'b')
    expect([a.peerServes(), b.peerServes()]).toEqual([false, false])
    a.raiseServingLine()
    expect([a.peerServes(), b.peerServes()]).toEqual([false, true])
    new ClaimTable(memory, 'b').controllerEnded('a')
    expect(b.peerServes()).toBe(false)
  })

  it('takes slots and epochs that are not there for bugs', () => {
    const table = new ClaimTable(ClaimTable.createMemory(), 'a')
    expect(() => table.epoch(65)).toThrow('claim slot 65')
    expect(() => table.raise({ slot: 0, epoch: 2 ** 31 })).toThrow('epoch')
  })
})
