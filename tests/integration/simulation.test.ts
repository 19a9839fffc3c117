/** The simulation beside a live lab, on its own thread, by the way the page goes. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runWorld } from '../../src-main/simulator/run/run-world'
import { labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { simulationClient, type SimulationClient } from '../support/simulation-client'

const SEED = 1
const OPERATIONS = 300
const DONE = { ok: true, value: null }
let folder: string
let lab: LabProcess
let simulation: SimulationClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-simulation-'))
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '64', ...ANY_PORTS] })
  simulation = await simulationClient(lab.ready)
})
afterAll(async () => {
  simulation.close()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it('has nothing to show, and nothing to play, before a seed is open', async () => {
  expect(await simulation.view()).toMatchObject({ state: { phase: 'none' }, events: [] })
  expect(await simulation.order({ order: 'play', speed: 1 })).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
})

it('runs a seed through, as the simulator on the command line does', async () => {
  expect(await simulation.order({ order: 'open', seed: SEED, operations: OPERATIONS })).toEqual(DONE)
  const state = await simulation.until('the seed is run through', ({ phase }) => phase === 'paused')
  expect(state).toMatchObject({ run: { kind: 'seed', seed: SEED, operations: OPERATIONS }, now: { event: 0, atMs: 0 } })
  const run = runWorld({ seed: SEED, operations: OPERATIONS })
  expect(simulation.outline).toMatchObject({ world: { hash: run.hash }, end: { atMs: run.virtualMs }, violations: run.violations })
})

it('steps, seeks back, and shows what it showed', async () => {
  expect(await simulation.order({ order: 'seek', event: 2000 })).toEqual(DONE)
  const there = await simulation.until('event 2000', ({ now }) => now.event === 2000)
  expect(await simulation.order({ order: 'step', events: -1 })).toEqual(DONE)
  await simulation.until('event 1999', ({ now }) => now.event === 1999)
  expect(await simulation.order({ order: 'step', events: 1 })).toEqual(DONE)
  expect(await simulation.until('event 2000 again', ({ now }) => now.event === 2000)).toEqual(there)
  const { state, events, outline } = await simulation.view()
  expect(state).toEqual(there)
  expect(events.at(-1)?.timeMs).toBeLessThanOrEqual(there.now.atMs)
  expect(outline).toEqual(simulation.outline)
})

it('plays to the end, while the live lab serves', async () => {
  const before = simulation.pushes.length
  expect(await simulation.order({ order: 'play', speed: 1000 })).toEqual(DONE)
  const ended = await simulation.until('the end', ({ phase }) => phase === 'ended')
  expect(ended.now).toEqual(simulation.outline.end)
  expect(ended.lab?.controllers.a).toMatchObject({ state: 'running', phase: 'serving' })
  const events = simulation.pushes.slice(before).filter(({ type }) => type === 'events')
  expect(events.length).toBeGreaterThan(0)
  const { controllers } = await labClient(lab.ready).snapshot()
  expect([controllers.a.phase, controllers.b.phase]).toEqual(['serving', 'serving'])
})

it('pauses, opens another and closes at once while a long seed is run through', async () => {
  expect(await simulation.order({ order: 'open', seed: 7, operations: 20_000 })).toEqual(DONE)
  expect(await simulation.order({ order: 'pause' })).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
  await simulation.until('some of it is run', ({ phase, scanned }) => phase === 'scanning' && scanned.done > 0)
  expect(await simulation.order({ order: 'open', seed: 8, operations: 20_000 })).toEqual(DONE)
  await simulation.until('the other one is run', ({ run }) => run?.kind === 'seed' && run.seed === 8)
  expect(await simulation.order({ order: 'close' })).toEqual(DONE)
  expect(await simulation.view()).toEqual({ state: expect.objectContaining({ phase: 'none' }) as unknown, events: [] })
})
