import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { SeedSource, SimulatedFault, SimulationOutline, SimulationPush } from '../../../src-main/contract/simulation'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { Comparing } from '../../../src-main/player/comparing'
import { Comparison } from '../../../src-main/player/comparison'
import { EventTimes } from '../../../src-main/player/event-times'
import type { PlayableRun } from '../../../src-main/player/playable-run'

const FORKED: SeedSource = { kind: 'seed', seed: 1, operations: 100, forks: [{ event: 1, change: { kind: 'without', fault: 0 } }] }
const SEED: SeedSource = { kind: 'seed', seed: 1, operations: 100 }
const HIT: SimulatedFault['hits'] = [{ place: 'controller-a', atMs: 0 }]

/** A run whose first pass is done: so many events, one a millisecond, and one event of the trace at each. */
function runOf(source: SeedSource, events: number, part: Partial<SimulationOutline> = {}): PlayableRun {
  const times = new EventTimes()
  for (let event = 1; event <= events; event++) times.add(event)
  const end = { event: events, atMs: events }
  const outline = { run: source, start: { event: 0, atMs: 0 }, end, faults: [], takeovers: [], violations: [], ...part }
  const traced = Array.from({ length: events }, (_, index): TraceEvent => {
    return { id: index + 1, timeMs: index + 1, place: 'host', kind: 'host.command' }
  })
  return {
    ...{ source, outline, times, event: 0, surveyed: { done: events, of: events } },
    survey: () => true,
    snapshot: () => undefined,
    goTo: () => true,
    prepare: () => true,
    takeUnshown: () => ({ restart: false, events: [] }),
    showAgain: () => undefined,
    reader: () => {
      throw new Error('nobody exports it')
    },
    traced: () => ({ events: traced, momentOf: (index) => ({ event: index + 1, atMs: index + 1 }) }),
  }
}

function compared(here: PlayableRun, there: PlayableRun): Comparison {
  const comparison = new Comparison(here, there)
  expect(comparison.go(() => true)).toBe(true)
  return comparison
}

describe('two runs that are compared', () => {
  it('of one seed are aligned where they part, at events that both have', () => {
    const { state } = compared(runOf(FORKED, 3), runOf(SEED, 9))
    expect(state.divergence).toMatchObject({ kind: 'event', there: { event: 4 } })
    expect(state.aligned).toEqual({ here: { event: 3, atMs: 4 }, there: { event: 4, atMs: 4 } })
    expect(compared(runOf(SEED, 9), runOf(FORKED, 3)).state.aligned).toEqual({ here: { event: 4, atMs: 4 }, there: { event: 3, atMs: 4 } })
  })

  it('stay aligned as a person wants it when they change places', () => {
    const comparison = compared(runOf(FORKED, 8), runOf(SEED, 9))
    expect(comparison.align({ here: 2, there: 5 })).toBeUndefined()
    const swapped = comparison.swapped()
    expect(swapped.go(() => true)).toBe(true)
    expect(swapped.state).toMatchObject({ aligned: { here: { event: 5, atMs: 5 }, there: { event: 2, atMs: 2 } } })
  })

  it('can be aligned up to the last event of each, and not beyond', () => {
    const comparison = compared(runOf(FORKED, 8), runOf(SEED, 9))
    expect(comparison.align({ here: 8, there: 9 })).toBeUndefined()
    expect(comparison.align({ here: 9, there: 9 })).toBe('The run ends with event 8.')
    expect(comparison.align({ here: 8, there: 10 })).toBe('The other run ends with event 9.')
    expect(comparison.state.aligned).toMatchObject({ here: { event: 8 }, there: { event: 9 } })
  })

  it('change places up to the last event of the other one, and say where they are aligned then', () => {
    const pushes: SimulationPush[] = []
    const comparing = new Comparing((push) => pushes.push(push))
    const aligned = () => {
      const last = pushes.findLast((push) => push.type === 'comparison')
      return last?.type === 'comparison' ? last.comparison?.aligned : undefined
    }
    comparing.begin(runOf(FORKED, 8), runOf(SEED, 9))
    while (comparing.turn(0, () => true));
    expect(comparing.align({ here: 2, there: 5 })).toEqual({ ok: true, value: null })
    expect(aligned()).toMatchObject({ here: { event: 2 }, there: { event: 5 } })
    expect(comparing.swap(10)).toMatchObject({ ok: false, error: { message: 'The other run ends with event 9.', field: 'event' } })
    expect(comparing.swap(9)).toMatchObject({ ok: true, value: { source: SEED } })
    while (comparing.turn(0, () => true));
    expect(aligned()).toMatchObject({ here: { event: 5 }, there: { event: 2 } })
  })

  it('of a world with another number of operations are another world', () => {
    expect(compared(runOf(SEED, 3), runOf({ ...SEED, operations: 101 }, 3)).state.basis).toBe('story')
    expect(compared(runOf(SEED, 3), runOf(FORKED, 3)).state.basis).toBe('every-event')
  })

  it('of other worlds begin at the first fault that hits something, else at the first takeover, else at the beginning', () => {
    const fault = (event: number, hits: SimulatedFault['hits']): SimulatedFault => ({ name: 'crash', event, atMs: event, hits })
    const takeovers: SimulationOutline['takeovers'] = [{ event: 7, atMs: 7, survivor: 'b', reason: 'crash' }]
    const other = { ...SEED, seed: 2 }
    const startOf = (part: Partial<SimulationOutline>) =>
      present(compared(runOf(SEED, 9), runOf(other, 9, part)).state.aligned, 'aligned').there
    expect(startOf({ faults: [fault(2, []), fault(4, HIT)], takeovers })).toEqual({ event: 4, atMs: 4 })
    expect(startOf({ faults: [fault(2, [])], takeovers })).toEqual({ event: 7, atMs: 7 })
    expect(startOf({ faults: [fault(2, [])] })).toEqual({ event: 0, atMs: 0 })
  })
})
