import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import type { SimulationOutline } from '../../../../src-main/contract/simulation'
import type { LabSnapshot } from '../../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../../src-main/contract/trace'
import { Playback } from '../../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../../src-main/simulator/playback/seed-stage'
import { runWorld, WorldRun } from '../../../../src-main/simulator/run/run-world'

const OPERATIONS = 100
const always = (): boolean => true
const SEED = seedWith('crash', 'cut')

interface Surveyed {
  readonly playback: Playback
  readonly outline: SimulationOutline
}

/** The first world with all of these faults, a takeover, and management stations. */
function seedWith(...faults: readonly string[]): number {
  for (let seed = 1; ; seed++) {
    const { swarm } = new WorldRun({ seed, operations: OPERATIONS })
    const names = swarm.faults.map(({ fault }) => fault.name)
    if (swarm.stations === 0 || !faults.every((name) => names.includes(name))) continue
    const playback = new Playback(seedStage({ seed, operations: OPERATIONS }))
    playback.survey(always)
    if ((playback.outline?.takeovers.length ?? 0) > 0) return seed
  }
}

function surveyed(): Surveyed {
  const playback = new Playback(seedStage({ seed: SEED, operations: OPERATIONS }))
  playback.survey(always)
  return { playback, outline: present(playback.outline, 'outline') }
}

function shownAt(
  playback: Playback,
  event: number,
): { readonly snapshot: LabSnapshot; readonly events: readonly TraceEvent[]; readonly hash: string } {
  playback.goTo(event, always)
  expect(playback.event).toBe(event)
  return { snapshot: playback.snapshot(), events: playback.events, hash: playback.hash }
}

describe('playback of a seed', () => {
  it('is the same run as in the simulator, also when it goes on event by event', () => {
    const { playback, outline } = surveyed()
    const run = runWorld({ seed: SEED, operations: OPERATIONS })
    expect(outline).toMatchObject({
      run: { kind: 'seed', seed: SEED, operations: OPERATIONS },
      world: { hash: run.hash },
      violations: run.violations,
    })
    expect(outline.end.atMs).toBe(run.virtualMs)
    expect(outline.faults).toHaveLength(run.faults)
    for (let event = 0; event <= outline.end.event; event++) playback.goTo(event, always)
    expect(playback.event).toBe(outline.end.event)
    expect(playback.hash).toBe(run.hash)
  })

  it('goes on in pieces and comes to the same', () => {
    const whole = surveyed()
    const playback = new Playback(seedStage({ seed: SEED, operations: OPERATIONS }))
    let pieces = 1
    while (!playback.survey(() => false)) pieces++
    expect(pieces).toBeGreaterThan(100)
    expect(playback.outline).toEqual(whole.outline)
    const event = Math.floor(whole.outline.end.event / 2)
    while (!playback.goTo(event, () => false));
    expect(shownAt(playback, event)).toEqual(shownAt(whole.playback, event))
  })

  it('shows the same at the same event, from wherever it comes', () => {
    const { playback, outline } = surveyed()
    const events = [0.9, 0.2, 0.6, 0.2, 1, 0, 0.6, 0.9].map((share) => Math.floor(outline.end.event * share))
    const seen = new Map<number, ReturnType<typeof shownAt>>()
    for (const event of events) {
      const shown = shownAt(playback, event)
      expect(shown).toEqual(seen.get(event) ?? shown)
      seen.set(event, shown)
    }
  })

  it('keeps showing what it shows until a moment behind is reached', () => {
    const { playback, outline } = surveyed()
    const before = shownAt(playback, outline.end.event)
    expect(playback.goTo(1000, () => false)).toBe(false)
    expect(playback.event).toBe(outline.end.event)
    expect(playback.snapshot()).toEqual(before.snapshot)
  })

  it('steps back one and forward one', () => {
    const { playback, outline } = surveyed()
    const { event } = present(outline.takeovers[0], 'takeover')
    const at = shownAt(playback, event)
    const before = shownAt(playback, event - 1)
    expect(before.snapshot.timeMs).toBeLessThanOrEqual(at.snapshot.timeMs)
    expect(before.hash).not.toBe(at.hash)
    expect(shownAt(playback, event)).toEqual(at)
  })

  it('has prepared for the next step back', () => {
    const { playback, outline } = surveyed()
    const event = outline.end.event - 10
    const shown = shownAt(playback, event)
    expect(playback.prepare(() => false)).toBe(true)
    playback.goTo(event + 2, always)
    playback.goTo(event + 1, always)
    let pieces = 1
    while (!playback.prepare(() => false)) pieces++
    expect(pieces).toBeGreaterThan(50)
    pieces = 1
    while (!playback.goTo(event, () => false)) pieces++
    expect(pieces).toBeLessThan(5)
    expect(shownAt(playback, event)).toEqual(shown)
  })

  it('knows the moments of what it shows', () => {
    const { playback, outline } = surveyed()
    expect(outline.takeovers.length).toBeGreaterThan(0)
    for (const { event, atMs, survivor } of outline.takeovers) {
      const { snapshot, events } = shownAt(playback, event)
      expect(events.at(-1)?.timeMs).toBe(atMs)
      expect(events.filter(({ timeMs }) => timeMs === atMs)).toContainEqual(
        expect.objectContaining({ kind: 'takeover.detected', place: `controller-${survivor}` }),
      )
      expect(snapshot.timeMs).toBe(atMs)
      expect(playback.times.at(event)).toBe(atMs)
      expect(playback.times.lastUntil(atMs)).toBeGreaterThanOrEqual(event)
    }
    const { event, atMs } = present(
      outline.faults.find(({ name }) => name.startsWith('cut')),
      'a cut',
    )
    expect(shownAt(playback, event - 1).snapshot.interconnect.state).toBe('up')
    expect(shownAt(playback, event).snapshot.interconnect.state).toBe('cut')
    expect(playback.events.at(-1)).toMatchObject({ kind: 'midplane.interconnect-cut', timeMs: atMs })
  })

  it('shows controllers, drives and hosts as the live lab does', () => {
    const { playback, outline } = surveyed()
    expect(shownAt(playback, 0).snapshot.controllers).toMatchObject({ a: { state: 'down', incarnation: 0 }, b: { state: 'down' } })
    const { snapshot } = shownAt(playback, outline.end.event)
    expect(snapshot.controllers.a).toMatchObject({
      state: 'running',
      phase: 'serving',
      portalServedBy: 'a',
      portalAddress: 'portal-a:3260',
    })
    expect(snapshot.takeovers.map(({ survivor, reason }) => ({ survivor, reason }))).toEqual(
      outline.takeovers.map(({ survivor, reason }) => ({ survivor, reason })),
    )
    expect(snapshot.drives).toHaveLength(6)
    expect(snapshot.array?.configuration.volumes.length).toBeGreaterThan(0)
    expect(snapshot.host).toMatchObject({
      ledger: { lost: 0 },
      paths: [
        { controller: 'a', state: 'up' },
        { controller: 'b', state: 'up' },
      ],
    })
    expect(snapshot.host?.commands.answered).toBeGreaterThan(100)
    expect(snapshot.trace.recorded).toBeGreaterThan(300)
  })

  it('tells every command of a host on its way there and back', () => {
    const { playback, outline } = surveyed()
    const seen: TraceEvent[] = []
    for (let event = 0; event <= outline.end.event; event += 200) {
      playback.goTo(event, always)
      seen.push(...playback.takeUnshown().events)
    }
    // Those that go by iSCSI have a name that another one may have after a new connection.
    const answered = seen.filter(({ kind, request }) => kind === 'host.response' && /^io-[\da-f]+$/.test(request ?? ''))
    expect(answered.length).toBeGreaterThan(50)
    for (const { request } of answered) {
      const way = seen.filter((event) => event.request === request).map(({ place, kind, to }) => `${place} ${kind} ${to ?? ''}`)
      expect(way[0]).toMatch(/^host host\.command portal-[ab]$/)
      expect(way.find((step) => !step.startsWith('host'))).toMatch(/^portal-[ab] portal\.command controller-[ab]$/)
      const end = way.indexOf('host host.response ')
      expect(way.slice(0, end).findLast((step) => step.startsWith('portal-'))).toMatch(/portal\.response host$/)
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  })

  it('gives every trace event once, and the newest anew after a jump back', () => {
    const { playback } = surveyed()
    playback.goTo(3000, always)
    const first = playback.takeUnshown()
    playback.goTo(3400, always)
    const second = playback.takeUnshown()
    expect(first.restart).toBe(true)
    expect(second.restart).toBe(false)
    const both = [...first.events, ...second.events]
    expect(new Set(both.map(({ id }) => id)).size).toBe(both.length)
    expect(second.events).not.toEqual([])
    expect(playback.events.slice(-second.events.length)).toEqual(second.events)
    expect(both).toEqual(expect.arrayContaining([...playback.events]))
    playback.goTo(3000, always)
    expect(playback.takeUnshown()).toEqual({ restart: true, events: playback.events })
  })
})
