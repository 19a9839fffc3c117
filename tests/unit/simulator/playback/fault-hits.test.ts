import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import type { FaultHit, SimulationOutline } from '../../../../src-main/contract/simulation'
import { Playback } from '../../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../../src-main/simulator/playback/seed-stage'
import { ALL_FAULTS } from '../../../../src-main/simulator/faults/all-faults'
import { runWorld } from '../../../../src-main/simulator/run/run-world'

const OPERATIONS = 100
const MIN_WORLDS = 30
const MAX_WORLDS = 300
const always = (): boolean => true

function seedOf({ run }: SimulationOutline): number {
  return run.kind === 'seed' ? run.seed : 0
}

function surveyed(seed: number): { readonly playback: Playback; readonly outline: SimulationOutline } {
  const playback = new Playback(seedStage({ seed, operations: OPERATIONS }))
  playback.survey(always)
  return { playback, outline: present(playback.outline, 'outline') }
}

const outlines = worldsWithAll()
const CONTROLLER = /^controller-[ab]$/
const DRIVE = /^drive-\d$/
const LINK = /^interconnect$/

/** What each fault may hit, and whether it takes some time. */
const EXPECTED: Readonly<Record<string, { readonly place: RegExp; readonly lasts: boolean }>> = {
  crash: { place: CONTROLLER, lasts: true },
  'crash-in-nvram-write': { place: CONTROLLER, lasts: true },
  hang: { place: CONTROLLER, lasts: true },
  'slow-controller': { place: CONTROLLER, lasts: true },
  cut: { place: LINK, lasts: true },
  'cut-and-hang': { place: /^(interconnect|controller-[ab])$/, lasts: true },
  'hang-for-good': { place: CONTROLLER, lasts: true },
  'hang-and-kill': { place: CONTROLLER, lasts: true },
  'long-cut': { place: LINK, lasts: true },
  'drive-put-back': { place: /^(drive-\d|controller-[ab])$/, lasts: true },
  'both-killed': { place: CONTROLLER, lasts: true },
  'application-killed': { place: CONTROLLER, lasts: true },
  'unreadable-superblocks': { place: /^(drive-\d|controller-[ab])$/, lasts: true },
  'slow-reset': { place: /^midplane$/, lasts: true },
  'slow-interconnect': { place: LINK, lasts: true },
  'slow-network': { place: /^portal-[ab]$/, lasts: true },
  'lost-connections': { place: /^portal-[ab]$/, lasts: false },
  'late-notices': { place: /^midplane$/, lasts: true },
  'slow-drive': { place: DRIVE, lasts: true },
  'latent-error': { place: DRIVE, lasts: true },
  'latent-error-beside': { place: DRIVE, lasts: true },
  'nvram-lost': { place: CONTROLLER, lasts: true },
  'short-of-room': { place: /^(drive-\d|controller-[ab])$/, lasts: true },
  'drive-failure': { place: DRIVE, lasts: true },
  'drive-failure-and-crash': { place: /^(drive-\d|controller-[ab])$/, lasts: true },
  'two-drives': { place: DRIVE, lasts: true },
  'two-drives-and-crash': { place: /^(drive-\d|controller-[ab])$/, lasts: true },
  'silent-corruption': { place: DRIVE, lasts: false },
  'corrupt-superblock': { place: DRIVE, lasts: false },
  'refused-commits': { place: DRIVE, lasts: true },
  'drive-cut': { place: DRIVE, lasts: true },
  'drive-swapped': { place: DRIVE, lasts: true },
  'flush-failure': { place: DRIVE, lasts: true },
  'misdirected-write': { place: DRIVE, lasts: false },
  'nvram-rotten': { place: CONTROLLER, lasts: true },
  'orderly-shutdown': { place: CONTROLLER, lasts: true },
  'power-loss': { place: CONTROLLER, lasts: true },
}

/** Some worlds, and as many more as it takes until every fault has hit something. */
function worldsWithAll(): readonly SimulationOutline[] {
  const worlds: SimulationOutline[] = []
  const missing = new Set(ALL_FAULTS.map(({ name }) => name))
  for (let seed = 1; seed <= MIN_WORLDS || (missing.size > 0 && seed <= MAX_WORLDS); seed++) {
    const { outline } = surveyed(seed)
    worlds.push(outline)
    for (const { name, hits } of outline.faults) if (hits.length > 0) missing.delete(name)
  }
  return worlds
}

/** The first hit of that fault, with the world it is in. */
function firstHit(name: string, wanted: (hit: FaultHit) => boolean): { readonly hit: FaultHit; readonly outline: SimulationOutline } {
  const found = outlines.flatMap((outline) =>
    outline.faults.filter((fault) => fault.name === name).flatMap(({ hits }) => hits.map((hit) => ({ hit, outline }))),
  )
  return present(
    found.find(({ hit }) => wanted(hit)),
    `a ${name}`,
  )
}

describe('what faults hit', () => {
  it('is known of every fault: which thing, from when, and until when', () => {
    const seen = new Set<string>()
    for (const { run, faults, end } of outlines) {
      for (const { name, atMs, hits } of faults) {
        const expected = present(EXPECTED[name], `what ${name} may hit`)
        for (const hit of hits) {
          seen.add(name)
          expect(hit.place, `${name} of ${JSON.stringify(run)}`).toMatch(expected.place)
          expect(hit.atMs).toBeGreaterThanOrEqual(atMs)
          expect(hit.untilMs !== undefined, `${name} of ${JSON.stringify(run)}`).toBe(expected.lasts)
          expect(hit.untilMs ?? hit.atMs).toBeGreaterThanOrEqual(hit.atMs)
          expect(hit.untilMs ?? 0).toBeLessThanOrEqual(end.atMs)
        }
      }
    }
    expect([...seen].sort()).toEqual(Object.keys(EXPECTED).sort())
    expect(Object.keys(EXPECTED)).toEqual(expect.arrayContaining(ALL_FAULTS.map(({ name }) => name)))
  })

  it('is what the picture shows then: a hang, and a cut until it is mended', () => {
    const hang = firstHit('hang', ({ atMs, untilMs = 0 }) => untilMs > atMs + 10)
    const { playback } = surveyed(seedOf(hang.outline))
    playback.goTo(playback.times.lastUntil(hang.hit.atMs), always)
    expect(playback.snapshot().controllers[hang.hit.place === 'controller-a' ? 'a' : 'b'].state).toBe('hung')

    const cut = firstHit('cut', ({ atMs, untilMs = 0 }) => untilMs > atMs + 10)
    const world = surveyed(seedOf(cut.outline)).playback
    const linkAt = (event: number): string => {
      world.goTo(event, always)
      return world.snapshot().interconnect.state
    }
    const until = world.times.lastUntil(present(cut.hit.untilMs, 'its end'))
    const whileCut = world.times.lastUntil(present(cut.hit.untilMs, 'its end') - 1e-6)
    expect([linkAt(world.times.lastUntil(cut.hit.atMs)), linkAt(whileCut), linkAt(until)]).toEqual(['cut', 'cut', 'up'])
  })

  it('is told without the run being another', () => {
    for (const outline of outlines.slice(0, 5))
      expect(outline.world?.hash).toBe(runWorld({ seed: seedOf(outline), operations: OPERATIONS }).hash)
  })
})
