/**
 * What the flight recorder costs the data path: two labs, one of which keeps none, under the same load turn by turn. The goal is at
 * least 95 % of the speed without.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { noteRatio } from './figures'
import { fillVolume, readsBy, writesBy } from './outside-loads'
import { startProbedLab, type ProbedLab } from './probed-lab'
import { measureInTurn } from './rounds'
import type { Targets } from './targets'

type FlightWay = 'with' | 'without'
const LUN = 0
const GOAL = 0.95

let targets: Omit<Targets<FlightWay>, 'stop'>
beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-flight-'))
  const labs: Record<FlightWay, ProbedLab> = {
    with: await startProbedLab(folder),
    without: await startProbedLab(folder, ['--no-flight-recorder']),
  }
  targets = { url: (way) => labs[way].url(LUN, 'a'), cpuSeconds: (way) => labs[way].cpuSeconds() }
  for (const way of ['with', 'without'] as const) await fillVolume(targets.url(way))
  return async () => {
    await Promise.all(Object.values(labs).map((lab) => lab.stop()))
    fs.rmSync(folder, { recursive: true })
  }
})

it.each([
  { what: '4 KiB scattered reads, depth 32', load: readsBy({ kib: 4, depth: 32, scattered: true }) },
  { what: '4 KiB scattered writes, depth 32', load: writesBy({ kib: 4, depth: 32, scattered: true }) },
  { what: '4 KiB sequential writes, depth 1', load: writesBy({ kib: 4, depth: 1 }) },
  { what: '256 KiB sequential writes, depth 32', load: writesBy({ kib: 256, depth: 32 }) },
])('$what', async ({ what, load }) => {
  const measured = await measureInTurn({ what, targets, load, ways: ['with', 'without'] })
  const ours = measured.with.perSecond
  noteRatio(`${what}, with the flight recorder`, { ours, beside: measured.without.perSecond, of: 'without', goal: GOAL })
  expect(ours).toBeGreaterThan(0)
})
