/** A bug in the simulated pair: playing stops where a checker finds it. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeoverBeforeFence as BUG } from '../../src-main/firmware/planted/takeover-before-fence'
import { isWhole, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { plantedApp, type PlantedApp } from '../support/planted-app'
import { simulationClient, type SimulationClient } from '../support/simulation-client'

const DONE = { ok: true, value: null }
let app: PlantedApp
let folder: string
let lab: LabProcess
let simulation: SimulationClient

beforeAll(async () => {
  app = await plantedApp(BUG, 600)
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-violation-'))
  lab = await startLabProcess({ command: [process.execPath, app.serve, '--lab', folder, '--drive-mib', '64', ...ANY_PORTS] })
  simulation = await simulationClient(lab.ready)
})
afterAll(async () => {
  simulation.close()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
  await app.remove()
})

it('is known, with its moment, once the seed is run through', async () => {
  expect(await simulation.order({ order: 'open', seed: app.seed, operations: app.operations })).toEqual(DONE)
  await simulation.until('the seed is run through', ({ phase }) => phase === 'paused')
  const { violations, end } = simulation.outline
  expect(violations.length).toBeGreaterThan(0)
  for (const { event, atMs, sentence } of violations) {
    expect(sentence).not.toBe('')
    expect(event).toBeGreaterThan(0)
    expect(event).toBeLessThanOrEqual(end.event)
    expect(atMs).toBeLessThanOrEqual(end.atMs)
  }
  const found = violations.filter(({ checker }) => BUG.checkers.includes(checker))
  expect(found).not.toEqual([])
  expect(found[0]?.place).toMatch(/^(controller-[ab]|drive-\d+|host|midplane)$/)
})

it('stops the play at its event, where it can be seen from before and after', async () => {
  const [first] = simulation.outline.violations
  expect(await simulation.order({ order: 'play', speed: 1000 })).toEqual(DONE)
  const stopped = await simulation.until('it stops', ({ phase }) => phase === 'paused' || phase === 'ended')
  expect(stopped.now.event).toBe(first?.event)
  if (stopped.phase === 'paused') expect(stopped.now.atMs).toBe(first?.atMs)
  expect(await simulation.order({ order: 'step', events: -1 })).toEqual(DONE)
  const before = await simulation.until('the event before', ({ now }) => now.event === stopped.now.event - 1)
  expect(before.now.atMs).toBeLessThanOrEqual(stopped.now.atMs)
  expect(await simulation.order({ order: 'step', events: 1 })).toEqual(DONE)
  expect((await simulation.until('the event again', ({ now }) => now.event === stopped.now.event)).lab).toEqual(stopped.lab)
})

it('leaves the live pair as it is', async () => {
  const { takeovers } = await labClient(lab.ready).until('both serve', isWhole)
  expect(takeovers).toEqual([])
})
