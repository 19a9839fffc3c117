import type { RunComparison } from '../../../src-main/contract/simulation'
import { describe, expect, it } from 'vitest'
import type { Place, TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import { DivergenceSearch } from '../../../src-main/player/divergence'
import type { TracedRun } from '../../../src-main/player/playable-run'

type Told = readonly [timeMs: number, kind: TraceKind, place?: Place, data?: TraceEvent['data'], part?: Partial<TraceEvent>]

const run = (...told: readonly Told[]): TracedRun => {
  const events = told.map(([timeMs, kind, place = 'controller-a', data, part], index): TraceEvent => {
    return { id: index + 1, timeMs, kind, place, ...(data === undefined ? {} : { data }), ...part }
  })
  return { events, momentOf: (index) => ({ event: index + 1, atMs: events[index]?.timeMs ?? 0 }) }
}

function found(here: TracedRun, there: TracedRun, basis: RunComparison['basis'], from = { here: 1, there: 1 }) {
  const aligned = { here: here.momentOf(from.here - 1), there: there.momentOf(from.there - 1) }
  const search = new DivergenceSearch({ here, there }, { basis, aligned })
  while (!search.go(() => false));
  return search.found
}

const TAKEOVER: readonly Told[] = [
  [100, 'midplane.controller-killed', 'midplane'],
  [104, 'takeover.detected'],
  [110, 'takeover.fenced'],
  [130, 'takeover.serving'],
]
const later = (told: readonly Told[], byMs: number) => told.map(([atMs, ...rest]): Told => [atMs + byMs, ...rest])

describe('the first difference of two worlds of one seed', () => {
  it('is the first event that only one of them has', () => {
    const [here, there] = [run([1, 'host.command', 'host'], ...TAKEOVER), run([1, 'host.command', 'host'], [90, 'host.retry', 'host'])]
    expect(found(here, there, 'every-event')).toMatchObject({
      kind: 'event',
      here: { event: 2, atMs: 100, traced: { kind: 'midplane.controller-killed' } },
      there: { event: 2, atMs: 90, traced: { kind: 'host.retry' } },
    })
  })

  it('is also one of time and of data', () => {
    const one = run([1, 'host.command', 'host', { lun: 0 }])
    expect(found(one, run([1, 'host.command', 'host', { lun: 1 }]), 'every-event')).toMatchObject({ kind: 'event' })
    expect(found(one, run([1.001, 'host.command', 'host', { lun: 0 }]), 'every-event')).toMatchObject({ kind: 'event' })
    expect(found(one, run([1, 'host.command', 'host', { lun: 0 }]), 'every-event')).toEqual({ kind: 'none' })
  })

  it('is also one of the request that an event belongs to, and of where something goes', () => {
    const one = (part: Partial<TraceEvent>) => run([1, 'host.command', 'host', undefined, part])
    expect(found(one({ request: 'r1' }), one({ request: 'r2' }), 'every-event')).toMatchObject({ kind: 'event' })
    expect(found(one({ to: 'portal-a' }), one({ to: 'portal-b' }), 'every-event')).toMatchObject({ kind: 'event' })
    expect(found(one({ request: 'r1', to: 'portal-a' }), one({ request: 'r1', to: 'portal-a' }), 'every-event')).toEqual({ kind: 'none' })
  })

  it('is the end of one of them', () => {
    const short = run([1, 'host.command', 'host'])
    const difference = found(short, run([1, 'host.command', 'host'], [2, 'host.response', 'host']), 'every-event')
    expect(difference).toMatchObject({ kind: 'event', there: { event: 2 } })
    expect(difference).not.toHaveProperty('here')
  })

  it('is none where nothing is traced', () => expect(found(run(), run(), 'every-event', { here: 1, there: 1 })).toEqual({ kind: 'none' }))
})

describe('the first difference of two stories', () => {
  it('leaves out the I/O, and the times at which the stories begin', () => {
    const here = run(...TAKEOVER)
    const there = run(...later(TAKEOVER.slice(0, 2), 5000), [5105, 'host.command', 'host'], ...later(TAKEOVER.slice(2), 5000))
    expect(found(here, there, 'story')).toEqual({ kind: 'none' })
  })

  it('is what happens in one and not in the other, or elsewhere', () => {
    const planned = run(TAKEOVER[0] ?? [0, 'lab.started'], [104, 'peer.suspected'], ...TAKEOVER.slice(1))
    expect(found(run(...TAKEOVER), planned, 'story')).toMatchObject({
      kind: 'event',
      here: { afterMs: 4, traced: { kind: 'takeover.detected' } },
      there: { afterMs: 4, traced: { kind: 'peer.suspected' } },
    })
    const byOther = run(TAKEOVER[0] ?? [0, 'lab.started'], [104, 'takeover.detected', 'controller-b'])
    expect(found(run(...TAKEOVER), byOther, 'story')).toMatchObject({ kind: 'event', there: { traced: { place: 'controller-b' } } })
  })

  it('is one of time only where it is much later', () => {
    const slower = (byMs: number) => run(...TAKEOVER.slice(0, 3), ...later(TAKEOVER.slice(3), byMs))
    expect(found(run(...TAKEOVER), slower(10), 'story')).toEqual({ kind: 'none' })
    expect(found(run(...TAKEOVER), slower(20), 'story')).toMatchObject({ kind: 'time', here: { afterMs: 30 }, there: { afterMs: 50 } })
    // A quarter of the shorter time: 5 + 7.5 ms.
    expect(found(run(...TAKEOVER), slower(12.4), 'story')).toEqual({ kind: 'none' })
    expect(found(run(...TAKEOVER), slower(12.6), 'story')).toMatchObject({ kind: 'time' })
  })

  it('takes what happens at once in either order', () => {
    const [first, second] = [
      [100, 'midplane.controller-killed', 'midplane'],
      [101, 'peer.suspected', 'controller-b'],
    ] as const satisfies readonly Told[]
    expect(found(run(first, second), run(second, first), 'story')).toEqual({ kind: 'none' })
    const apart: Told = [140, 'peer.suspected', 'controller-b']
    expect(found(run(first, apart), run(apart, [150, 'midplane.controller-killed', 'midplane']), 'story')).toMatchObject({ kind: 'event' })
  })

  it('is one of time also where what happens at once is told in another order', () => {
    const [killed, suspected, detected] = [
      [100, 'midplane.controller-killed', 'midplane'],
      [200, 'peer.suspected', 'controller-b'],
      [202, 'takeover.detected', 'controller-b'],
    ] as const satisfies readonly Told[]
    const late = (byMs: number) =>
      run(killed, [200 + byMs, 'takeover.detected', 'controller-b'], [203 + byMs, 'peer.suspected', 'controller-b'])
    expect(found(run(killed, suspected, detected), late(10), 'story')).toEqual({ kind: 'none' })
    expect(found(run(killed, suspected, detected), late(900), 'story')).toMatchObject({
      kind: 'time',
      here: { afterMs: 100, traced: { kind: 'peer.suspected' } },
      there: { afterMs: 1003, traced: { kind: 'peer.suspected' } },
    })
  })

  it('is what happens at once in both, and of which only one half is the same', () => {
    const killed: Told = [100, 'midplane.controller-killed', 'midplane']
    const [suspected, detected] = [
      [101, 'peer.suspected', 'controller-b'],
      [102, 'takeover.detected', 'controller-b'],
    ] as const satisfies readonly Told[]
    expect(found(run(killed, suspected, detected), run(killed, [101, 'drive.failed'], suspected), 'story')).toMatchObject({ kind: 'event' })
  })

  it('begins where they are aligned', () => {
    const here = run([1, 'midplane.interconnect-cut', 'midplane'], [2, 'host.command', 'host'], ...TAKEOVER)
    expect(found(here, run(...TAKEOVER), 'story')).toMatchObject({ kind: 'event' })
    expect(found(here, run(...TAKEOVER), 'story', { here: 3, there: 1 })).toEqual({ kind: 'none' })
    expect(found(here, run(...TAKEOVER), 'story', { here: 2, there: 1 })).toMatchObject({ kind: 'time' })
  })
})
