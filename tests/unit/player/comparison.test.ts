import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { failure, ok } from '../../../src-main/base/result'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
import type { PlayerOrder, RunComparison, SimulationOutline, SimulationPush } from '../../../src-main/contract/simulation'
import { ExperiencedRun } from '../../../src-main/player/experienced-run'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { Player } from '../../../src-main/player/player'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { createFakeLab } from '../../support/fake-lab'

const OPERATIONS = 100
const SEED = 1
const always = (): boolean => true

const LAB = { id: 'lab', folder: '/labs/one', version: '1.2.3', targetName: 'iqn.x:y', startedAtMs: 1_700_000_000_000 }
const picture = await createFakeLab().api.snapshot()

/** A controller is killed, and the other one detects it after some time. */
function recordingOf(fromMs: number, detectedAfterMs: number): Uint8Array {
  const killed = { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a', data: { controller: 'a' } }
  const lines = [
    { recording: RECORDING_VERSION, lab: LAB, fromMs },
    { frame: { ...picture, lab: LAB, timeMs: fromMs } },
    { id: 1, timeMs: fromMs + 10, place: 'host', kind: 'host.command' },
    { id: 2, timeMs: fromMs + 200, ...killed },
    { id: 3, timeMs: fromMs + 200 + detectedAfterMs, place: 'controller-b', kind: 'takeover.detected', data: { reason: 'crash' } },
  ]
  return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

const RECORDED: Readonly<Record<string, Uint8Array>> = { quick: recordingOf(0, 26), slow: recordingOf(1000, 800) }

let pushes: SimulationPush[]
let player: Player

beforeEach(() => {
  pushes = []
  player = new Player((push) => pushes.push(push), {
    seed: ({ seed, operations, forks }) => ok(new ExperiencedRun(new Playback(seedStage({ seed, operations, forks })), 6500)),
    recording: ({ name }) => (name in RECORDED ? RecordedRun.open(name, present(RECORDED[name], 'bytes')) : failure(`${name} is damaged`)),
  })
})

function obey(order: PlayerOrder): void {
  expect(player.order(order)).toEqual({ ok: true, value: null })
}

function settle(goesOn = always): void {
  while (player.turn(0, goesOn) !== undefined);
}

function open(forks?: Extract<PlayerOrder, { readonly order: 'open' }>['forks'], at?: number): void {
  obey({ order: 'open', seed: SEED, operations: OPERATIONS, forks, at })
  settle()
}

const pushed = <T extends SimulationPush['type']>(type: T) =>
  pushes.findLast((push): push is Extract<SimulationPush, { readonly type: T }> => push.type === type)
const outline = (): SimulationOutline => present(pushed('outline'), 'a pushed outline').outline
const comparison = (): RunComparison => present(present(pushed('comparison'), 'a push').comparison, 'a comparison')

function firstFault(): SimulationOutline['faults'][number] {
  return present(
    outline().faults.find(({ hits }) => hits.length > 0),
    'a fault',
  )
}

describe('a comparison in the player', () => {
  it('of a seed with itself finds no difference', () => {
    open()
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED, operations: OPERATIONS } })
    settle()
    expect(comparison()).toMatchObject({ basis: 'every-event', divergence: { kind: 'none' }, aligned: { here: { event: 0 } } })
    expect(pushed('compared')?.outline).toEqual(outline())
  })

  it('of a fork with its original finds where it parted, and aligns both there', () => {
    open()
    const { event, atMs } = firstFault()
    const number = outline().faults.findIndex((fault) => fault.event === event)
    open([{ event: event - 1, change: { kind: 'without', fault: number } }], event - 1)
    expect(player.state.now.event).toBe(event - 1)
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED, operations: OPERATIONS } })
    settle()
    const { basis, aligned, divergence } = comparison()
    expect(basis).toBe('every-event')
    const found = divergence?.kind === 'event' ? divergence : undefined
    const earliest = Math.min(found?.here?.atMs ?? Infinity, found?.there?.atMs ?? Infinity)
    expect(earliest).toBeGreaterThanOrEqual(atMs)
    expect(earliest - atMs).toBeLessThan(1000)
    expect(aligned?.here).toEqual(aligned?.there)
    expect(aligned?.here.atMs).toBe(earliest)
  })

  it('goes on in pieces, beside what is played, and says how far it is', () => {
    open()
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED + 1, operations: OPERATIONS } })
    obey({ order: 'play', speed: 1 })
    let turns = 0
    for (let realMs = 0; comparison().divergence === undefined; realMs += 20, turns++) player.turn(realMs, () => false)
    expect(turns).toBeGreaterThan(100)
    const told = pushes.flatMap((push) => (push.type === 'comparison' && push.comparison !== undefined ? [push.comparison] : []))
    expect(new Set(told.map(({ scanned }) => scanned.done)).size).toBeGreaterThan(3)
    expect(comparison()).toMatchObject({ basis: 'story', aligned: { here: { event: firstFault().event } } })
  })

  it('is aligned anew by events of both, which must be there', () => {
    open()
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED + 1, operations: OPERATIONS } })
    expect(player.order({ order: 'align', here: 0, there: 0 })).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    settle()
    obey({ order: 'align', here: 10, there: 20 })
    settle()
    expect(comparison().aligned).toMatchObject({ here: { event: 10 }, there: { event: 20 } })
    for (const wrong of [
      { here: outline().end.event + 1, there: 0 },
      { here: 0, there: present(pushed('compared')?.outline, 'the other').end.event + 1 },
    ])
      expect(player.order({ order: 'align', ...wrong })).toMatchObject({ ok: false, error: { code: 'bad-command' } })
  })

  it('brings the other run into the player, and back, each with its events', () => {
    open()
    const own = outline()
    obey({ order: 'step', events: 50 })
    settle()
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED + 1, operations: OPERATIONS } })
    settle()
    const before = comparison()
    expect(player.order({ order: 'swap', event: 1e9 })).toMatchObject({ ok: false, error: { code: 'bad-command' } })
    pushes.length = 0
    obey({ order: 'swap', event: 200 })
    settle()
    expect(player.state).toMatchObject({ phase: 'paused', run: { seed: SEED + 1 }, now: { event: 200 } })
    expect(outline().run).toMatchObject({ seed: SEED + 1 })
    expect(pushed('compared')?.outline).toEqual(own)
    expect(pushed('events')?.restart).toBe(true)
    expect(comparison()).toMatchObject({
      run: { seed: SEED },
      aligned: { here: before.aligned?.there, there: before.aligned?.here },
    })
    const { divergence } = comparison()
    if (before.divergence?.kind === 'event')
      expect(divergence).toMatchObject({ here: before.divergence.there, there: before.divergence.here })
    pushes.length = 0
    obey({ order: 'swap', event: 100 })
    settle()
    expect(player.state).toMatchObject({ run: { seed: SEED }, now: { event: 100 } })
    expect(pushed('events')).toMatchObject({ restart: true })
    expect(pushed('events')?.events.length).toBeGreaterThan(0)
  })

  it('ends when it is told to, and when another run is opened', () => {
    open()
    expect(player.order({ order: 'swap', event: 0 })).toMatchObject({ ok: false })
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED, operations: OPERATIONS } })
    obey({ order: 'end-comparison' })
    expect(pushed('comparison')).toEqual({ type: 'comparison' })
    expect(pushed('compared')).toEqual({ type: 'compared' })
    settle()
    obey({ order: 'compare', with: { kind: 'seed', seed: SEED, operations: OPERATIONS } })
    obey({ order: 'open', seed: SEED + 1, operations: OPERATIONS })
    expect(pushed('comparison')).toEqual({ type: 'comparison' })
  })

  it('of two recordings begins at the first fault of each, and tells who took longer', () => {
    obey({ order: 'open-recording', name: 'quick', file: '/quick' })
    settle()
    obey({ order: 'compare', with: { kind: 'recording', name: 'slow', file: '/slow' } })
    settle()
    expect(comparison()).toMatchObject({
      run: { kind: 'recording', name: 'slow' },
      basis: 'story',
      aligned: { here: { event: 2, atMs: 200 }, there: { event: 2, atMs: 1200 } },
      divergence: {
        kind: 'time',
        here: { event: 3, afterMs: 26 },
        there: { event: 3, afterMs: 800, traced: { kind: 'takeover.detected' } },
      },
    })
    obey({ order: 'compare', with: { kind: 'recording', name: 'quick', file: '/quick' } })
    settle()
    expect(comparison().divergence).toEqual({ kind: 'none' })
  })

  it('of recordings from elsewhere, in either place, is that of recordings of the lab', () => {
    const [quick, slow] = [present(RECORDED['quick'], 'bytes'), present(RECORDED['slow'], 'bytes')]
    obey({ order: 'open-given', name: 'one', bytes: quick })
    settle()
    obey({ order: 'compare', with: { kind: 'given', name: 'other', bytes: slow } })
    settle()
    expect(comparison()).toMatchObject({
      run: { kind: 'recording', name: 'other', given: true },
      aligned: { here: { event: 2, atMs: 200 }, there: { event: 2, atMs: 1200 } },
      divergence: { kind: 'time', here: { event: 3, afterMs: 26 }, there: { event: 3, afterMs: 800 } },
    })
    obey({ order: 'swap', event: 1 })
    settle()
    expect(player.state.run).toEqual({ kind: 'recording', name: 'other', given: true })
    obey({ order: 'compare', with: { kind: 'recording', name: 'slow', file: '/slow' } })
    settle()
    expect(comparison().divergence).toEqual({ kind: 'none' })
    const newer = new TextEncoder().encode('{"recording":99}\n')
    const refused = player.order({ order: 'compare', with: { kind: 'given', name: 'newer', bytes: newer } })
    expect(refused).toMatchObject({ ok: false, error: { code: 'failed' } })
  })

  it('is refused where there is no run, or the other one cannot be read', () => {
    const order: PlayerOrder = { order: 'compare', with: { kind: 'recording', name: 'trace-000001.ndjson', file: '/x' } }
    expect(player.order(order)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    open()
    expect(player.order(order)).toMatchObject({ ok: false, error: { code: 'failed', message: 'trace-000001.ndjson is damaged' } })
    expect(pushed('comparison')).toBeUndefined()
  })
})
