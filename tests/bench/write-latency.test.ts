/**
 * What a 4 KiB write takes until it is acknowledged, by cache policy, one after the other in one run. The first policy comes
 * again at the end, so that one can see what else changed meanwhile. `BENCH_SAMPLES` in the environment: seconds of each.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { countOf, load, machine, median } from '../support/machine'

const SAMPLES = countOf('BENCH_SAMPLES', 10)
const SAMPLE_MS = 1100
const WRITES_PER_SECOND = 500

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'write-latency-'))
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', path.join(folder, 'lab'), '--no-workload', ...ANY_PORTS],
  })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

async function untilMirrored(): Promise<void> {
  await client.until(
    'both mirrors are in step',
    (snapshot) =>
      isWhole(snapshot) && snapshot.controllers.a.nvram?.mirror === 'in-step' && snapshot.controllers.b.nvram?.mirror === 'in-step',
  )
}

async function sample(name: string): Promise<string> {
  const p50: number[] = []
  const p99: number[] = []
  await new Promise((resolve) => setTimeout(resolve, 2 * SAMPLE_MS))
  for (let i = 0; i < SAMPLES; i++) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS))
    const { host } = await client.snapshot()
    p50.push(host?.rates.latencyP50Ms ?? Number.NaN)
    p99.push(host?.rates.latencyP99Ms ?? Number.NaN)
  }
  expect(Number.isFinite(median(p50))).toBe(true)
  const worst = `p99 of the worst second ${Math.max(...p99).toFixed(2)} ms`
  return `  ${name}: p50 ${median(p50).toFixed(2)} ms, p99 ${median(p99).toFixed(2)} ms, ${worst}`
}

it('mirrored beside write-through and unmirrored', async () => {
  await untilMirrored()
  await client.command('start-workload', {
    workload: { requestsPerSecond: WRITES_PER_SECOND, readShare: 0, blockBytes: 4096, regionBytes: 16 * 1024 * 1024, luns: [0] },
  })
  const lines = [await sample('mirrored (both controllers)')]
  await client.command('kill', { controller: 'b' })
  const { takeovers } = await client.until('A has taken over', isTakenOver('a'))
  lines.push(await sample('write-through (B away)'))
  await client.service('a', 'set-cache-policy', { policy: 'write-back-unmirrored' })
  lines.push(await sample('write-back, unmirrored (B away)'))
  await client.service('a', 'set-cache-policy', { policy: 'write-through' })
  await client.command('restart', { controller: 'b' })
  await untilMirrored()
  lines.push(await sample('mirrored again'))
  const takeover = takeovers.at(-1)
  const phases = takeover?.phases.map(({ phase, durationMs }) => `${phase} ${durationMs.toFixed(1)}`)
  lines.push(`  takeover: ${takeover?.totalMs.toFixed(1)} ms (${phases?.join(', ')})`)
  console.log(
    [`${machine()}, ${load()}`, `${WRITES_PER_SECOND} random writes of 4 KiB a second to LUN 0, by the lab's host:`, ...lines].join('\n'),
  )
}, 120_000)
