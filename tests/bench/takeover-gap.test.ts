/**
 * How long the lab's host has no answer from a volume when a controller is killed, or hangs. `BENCH_CRASHES` and
 * `BENCH_HANGS` in the environment change how often.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OUTAGE_SETTLES_MS } from '../../src-main/core/host/takeover-outage'
import { isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { countOf, load, machine, median, percentile, spread } from '../support/machine'
import { noteAtMost } from './figures'

/** The host's report of it arrives within this time. */
const REPORT_MS = 150
/** On a machine that is busy with other things, too. */
const SETTLED_WITHIN_MS = 60_000

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-gap-'))
  const command = [
    process.execPath,
    'out/main/serve.js',
    '--lab',
    folder,
    '--workload',
    '--workload-rate',
    '1000',
    '--workload-region-mib',
    '2',
    ...ANY_PORTS,
  ] as const
  lab = await startLabProcess({ command: [...command] })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it.each([
  { fault: 'kill', rounds: countOf('BENCH_CRASHES', 100), goalsMs: { p50: 15, p99: 40 } },
  { fault: 'hang', rounds: countOf('BENCH_HANGS', 50), goalsMs: undefined },
] as const)('$fault', async ({ fault, rounds, goalsMs }) => {
  const gapsMs: number[] = []
  const phasesMs = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    const controller = round % 2 === 0 ? 'a' : 'b'
    const { takeovers } = await client.until(
      'both paths are up',
      (snapshot) => isWhole(snapshot) && (snapshot.host?.paths ?? []).every(({ state }) => state === 'up'),
      SETTLED_WITHIN_MS,
    )
    const before = takeovers.at(-1)?.number ?? 0
    await client.command(fault, { controller })
    const after = await client.until(
      'the takeover is measured',
      (snapshot) => {
        const takeover = snapshot.takeovers.at(-1)
        if (takeover === undefined || takeover.number === before || takeover.hostOutage === undefined) return false
        return (
          snapshot.timeMs > takeover.startedAtMs + takeover.totalMs + OUTAGE_SETTLES_MS + REPORT_MS &&
          snapshot.host?.ledger.verifying === false
        )
      },
      SETTLED_WITHIN_MS,
    )
    expect(after.host?.ledger.lost).toBe(0)
    const takeover = after.takeovers.at(-1)
    gapsMs.push(takeover?.hostOutage?.durationMs ?? Number.NaN)
    for (const { phase, durationMs } of takeover?.phases ?? []) phasesMs.set(phase, [...(phasesMs.get(phase) ?? []), durationMs])
    await client.command('restart', { controller })
  }
  expect(gapsMs.every(Number.isFinite)).toBe(true)
  const phases = [...phasesMs].map(([phase, durations]) => `${phase} ${median(durations).toFixed(1)}`).join(', ')
  console.log(
    `${machine()}, ${load()}\nhost-visible gap over ${rounds} rounds of ${fault}: ${spread(gapsMs)}; median of each phase in ms: ${phases}`,
  )
  if (goalsMs === undefined) return
  noteAtMost(`host-visible gap over ${rounds} kills, p50`, { ms: percentile(gapsMs, 0.5), goalMs: goalsMs.p50 })
  noteAtMost(`host-visible gap over ${rounds} kills, p99`, { ms: percentile(gapsMs, 0.99), goalMs: goalsMs.p99 })
})
