/**
 * What the flight recorder costs the data path: labs with and without one under the same load, slice by slice. The goal is at least 95 %
 * of the speed without, and of what an operation takes of the processor without at least 95 % of what it takes with it.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { noteSpread } from './figures'
import { fillVolume, readsBy, writesBy } from './outside-loads'
import { measurePaired, spreadText, type PairedWay } from './paired'
import { startProbedLab, type ProbedLab } from './probed-lab'
import type { Targets } from './targets'

const LUN = 0
const NONE = ['--no-flight-recorder']
const GOAL = 0.95

let targets: Omit<Targets<PairedWay>, 'stop'>
beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-flight-'))
  const labs: Record<PairedWay, ProbedLab> = {
    with: await startProbedLab(folder),
    without: await startProbedLab(folder, NONE),
    alike: await startProbedLab(folder, NONE),
  }
  targets = { url: (way) => labs[way].url(LUN, 'a'), cpuSeconds: (way) => labs[way].cpuSeconds() }
  for (const way of ['with', 'without', 'alike'] as const) await fillVolume(targets.url(way))
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
  const { perSecond, speed, cpu, alike } = await measurePaired({ what, targets, load })
  noteSpread(`${what}, with the flight recorder`, {
    ours: `${perSecond.with.toFixed(0)}/s`,
    ratio: speed.median,
    spread: spreadText(speed),
    alike: spreadText(alike.speed),
    goal: GOAL,
  })
  noteSpread(`${what}, processor time`, {
    ours: '',
    ratio: cpu.median,
    spread: spreadText(cpu),
    alike: spreadText(alike.cpu),
    goal: GOAL,
  })
  expect(perSecond.with).toBeGreaterThan(0)
})
