import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryBudget, MemoryShare } from '../../../../../src-main/core/iscsi/session/memory'

const BOUNDS = { controllerBytes: 1000, sessionBytes: 300, assuredBytes: 10 }
const LARGEST = 40
const NOTHING_QUEUED = { queuedBytes: 0 }

describe('the memory of a controller', () => {
  it('is bounded, whatever its sessions ask for, and comes back whole', () => {
    const step = fc.record({
      session: fc.nat(19),
      bytes: fc.nat(LARGEST),
      kind: fc.constantFrom('begin', 'hold', 'end', 'release'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const budget = new MemoryBudget(BOUNDS)
        const sessions = Array.from({ length: 20 }, () => ({
          share: new MemoryShare(budget, NOTHING_QUEUED),
          begun: [] as number[],
          held: [] as number[],
        }))
        for (const { session, bytes, kind } of steps) {
          const { share, begun, held } = sessions[session]!
          if (kind === 'begin') {
            if (share.mayBegin(bytes)) {
              share.begin(bytes)
              begun.push(bytes)
            } else expect(begun.length).toBeGreaterThan(0)
          } else if (kind === 'hold') {
            if (share.hold(bytes)) held.push(bytes)
          } else if (kind === 'end') share.end(begun.shift() ?? 0)
          else share.release(held.shift() ?? 0)
          expect(budget.usedBytes).toBeLessThanOrEqual(BOUNDS.controllerBytes + sessions.length * (BOUNDS.assuredBytes + LARGEST))
        }
        for (const { share, begun, held } of sessions) {
          for (const bytes of begun) share.end(bytes)
          for (const bytes of held) share.release(bytes)
        }
        expect(budget.usedBytes).toBe(0)
      }),
    )
  })

  it('always has room for one more session', () => {
    const budget = new MemoryBudget(BOUNDS)
    for (let count = 0; count < 10; count++) {
      const share = new MemoryShare(budget, NOTHING_QUEUED)
      let bytes = 0
      for (; share.mayBegin(1); bytes++) share.begin(1)
      expect(bytes).toBeGreaterThan(0)
      expect(bytes).toBeLessThanOrEqual(BOUNDS.sessionBytes)
      expect(budget.freeBytes).toBeGreaterThanOrEqual(0)
    }
  })

  it('holds what is assured to a session even where nothing is free', () => {
    const budget = new MemoryBudget(BOUNDS)
    budget.usedBytes = BOUNDS.controllerBytes
    const share = new MemoryShare(budget, NOTHING_QUEUED)
    expect([share.hold(BOUNDS.assuredBytes), share.hold(1), share.hold(0)]).toEqual([true, false, true])
  })

  it('counts what is queued for an initiator until it is sent, or its connection ends', () => {
    const budget = new MemoryBudget(BOUNDS)
    const queues = [{ queuedBytes: 900 }, { queuedBytes: 0 }]
    const [slow, other] = queues.map((queue) => new MemoryShare(budget, queue)) as [MemoryShare, MemoryShare]
    slow.countQueued()
    other.begin(50)
    expect([other.mayBegin(1), other.mayBegin(2), budget.freeBytes]).toEqual([false, false, 50])
    queues[0]!.queuedBytes = 400
    expect([other.mayBegin(200), budget.freeBytes]).toEqual([true, 550])
    slow.close()
    expect(budget.freeBytes).toBe(950)
  })
})
