/**
 * Reads through one portal beside Debian's tgt, in the same run, turn by turn: libiscsi's `iscsi-perf` at queue depth
 * 32, data in the page cache. Absolute figures move from run to run and machine to machine; the ratio says something.
 */
import * as fs from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probePort } from '../../src-main/platform/listener'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, qemuIo, runProgram } from '../support/outside-clients'
import { cpuSeconds, machine, median } from '../support/machine'
import { startTgt, type TgtTarget } from './tgt'

const ROUNDS = 5
const SECONDS = 4
const FILLED_MIB = 128
const CONTROL_PORT = 7423

let folder: string
let lab: LabProcess
let tgt: TgtTarget

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-'))
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', path.join(folder, 'lab'), '--no-workload', ...ANY_PORTS] })
  const port = (await probePort({ host: '127.0.0.1', port: 0 })) ?? 0
  tgt = await startTgt({ image: path.join(folder, 'tgt.img'), bytes: lab.ready.luns[0]?.bytes ?? 0, port, controlPort: CONTROL_PORT })
  for (const url of [ours(), tgt.url]) {
    for (let mib = 0; mib < FILLED_MIB; mib += 32) {
      const { code, output } = await qemuIo(url, `write -P ${1 + mib} ${mib}M 32M`)
      expect(code, output).toBe(0)
    }
  }
})
afterAll(async () => {
  await tgt.stop()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

function ours(): string {
  return lunUrl(lab.ready.portals.a, lab.ready.target, 0)
}

interface Reads {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function readFrom(target: { readonly url: string; readonly pid: number }, ...options: string[]): Promise<Reads> {
  const before = cpuSeconds(target.pid)
  const { code, output } = await runProgram('iscsi-perf', ['-m', '32', '-t', String(SECONDS), ...options, target.url])
  const used = cpuSeconds(target.pid) - before
  expect(code, output).toBe(0)
  const perSecond = Number([...output.matchAll(/iops average (\d+)/g)].at(-1)?.[1])
  return { perSecond, cpuMicroseconds: (used * 1e6) / (perSecond * SECONDS) }
}

it.each([
  ['4 KiB random reads', ['-b', '8', '-r']],
  ['128 KiB sequential reads', ['-b', '256']],
])('%s', async (name, options) => {
  const targets = { lab: { url: ours(), pid: labPid() }, tgt }
  const results = { lab: [] as Reads[], tgt: [] as Reads[] }
  const lines: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of ['lab', 'tgt'] as const) results[which].push(await readFrom(targets[which], ...options))
    lines.push(`  round ${round + 1}: ${text(results.lab.at(-1))}; ${text(results.tgt.at(-1))}`)
  }
  const middle = (which: 'lab' | 'tgt'): Reads => ({
    perSecond: median(results[which].map(({ perSecond }) => perSecond)),
    cpuMicroseconds: median(results[which].map(({ cpuMicroseconds }) => cpuMicroseconds)),
  })
  const ratio = middle('lab').perSecond / middle('tgt').perSecond
  lines.push(`  median: ${text(middle('lab'))}; ${text(middle('tgt'))}: ${ratio.toFixed(2)} times as many as tgt`)
  console.log([`${machine()}, load ${loadavg()[0]?.toFixed(1)}`, `${name}, queue depth 32, the lab; tgt:`, ...lines].join('\n'))
  expect(ratio).toBeGreaterThan(0)
})

function text(reads: Reads | undefined): string {
  return `${reads?.perSecond} a second at ${reads?.cpuMicroseconds.toFixed(1)} us of processor time`
}

/** The lock file of an open lab says whose it is. */
function labPid(): number {
  return Number.parseInt(fs.readFileSync(path.join(folder, 'lab', 'lab.lock'), 'utf8'), 10)
}
