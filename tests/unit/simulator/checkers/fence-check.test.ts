import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../../src-main/contract/controller-id'
import { DEFAULT_TIMINGS } from '../../../../src-main/core/controller/peer/timings'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { FenceCheck } from '../../../../src-main/simulator/checkers/fence-check'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'

function bench() {
  const clock = new VirtualClock()
  const violations = new Violations(clock)
  const healthy: Record<ControllerId, boolean> = { a: true, b: true }
  const alive: Record<ControllerId, boolean> = { a: true, b: true }
  const check = new FenceCheck({
    violations,
    timings: DEFAULT_TIMINGS,
    nowMs: () => clock.nowMs(),
    isHealthy: (id) => healthy[id],
    isAlive: (id) => alive[id],
  })
  return {
    check,
    healthy,
    alive,
    pass(forMs: number): void {
      for (const endMs = clock.nowMs() + forMs; clock.nowMs() < endMs;) {
        clock.runUntil(Math.min(endMs, clock.nowMs() + 25))
        check.sample()
      }
    },
    fence(fenced: ControllerId): readonly unknown[] {
      check.look({ id: 1, timeMs: clock.nowMs(), place: 'midplane', kind: 'midplane.reset-requested', data: { controller: fenced } })
      return violations.found
    },
  }
}

describe('the check of fences', () => {
  it('accepts that of a controller that was silent for long enough, and of one that is down', () => {
    const { check, healthy, alive, pass, fence } = bench()
    check.heard('b')
    pass(90)
    healthy.a = false
    pass(750)
    expect(fence('a')).toEqual([])
    check.heard('b')
    alive.a = false
    expect(fence('a')).toEqual([])
  })

  it('finds one without the patience of the hysteresis', () => {
    const { check, healthy, pass, fence } = bench()
    check.heard('b')
    healthy.a = false
    pass(500)
    expect(fence('a')).toEqual([
      expect.objectContaining({ checker: 'fences', place: 'controller-a', sentence: expect.stringContaining('after only 500.0 ms') }),
    ])
  })

  it('finds one of a controller that nothing was wrong with', () => {
    const { check, healthy, pass, fence } = bench()
    check.heard('a')
    pass(400)
    healthy.b = false
    pass(500)
    expect(fence('b')).toEqual([
      expect.objectContaining({ place: 'controller-b', sentence: expect.stringContaining('could be heard for') }),
    ])
  })

  it('finds one of a controller that was started just now and had no time to speak', () => {
    const { check, healthy, pass, fence } = bench()
    check.heard('a')
    healthy.b = false
    pass(5000)
    check.look({ id: 1, timeMs: 5000, place: 'midplane', kind: 'midplane.controller-started', data: { controller: 'b' } })
    pass(9000)
    expect(fence('b')).toEqual([expect.objectContaining({ place: 'controller-b', sentence: expect.stringContaining('after its start') })])
  })

  it('accepts that of one that has not spoken for the time of a start', () => {
    const { check, healthy, pass, fence } = bench()
    healthy.b = false
    check.look({ id: 1, timeMs: 0, place: 'midplane', kind: 'midplane.controller-started', data: { controller: 'b' } })
    pass(10_000)
    expect(fence('b')).toEqual([])
  })
})
