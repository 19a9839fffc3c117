/**
 * Reads through one portal beside Debian's tgt, in the same run, turn by turn: libiscsi's `iscsi-perf` at queue depth
 * 32, data in the page cache. Absolute figures move from run to run and machine to machine; the ratio says something.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probePort } from '../../src-main/platform/listener'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, qemuIo, runProgram } from '../support/outside-clients'
import { machine, median } from './machine'
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

async function readsPerSecond(url: string, ...options: string[]): Promise<number> {
  const { code, output } = await runProgram('iscsi-perf', ['-m', '32', '-t', String(SECONDS), ...options, url])
  expect(code, output).toBe(0)
  const averages = [...output.matchAll(/iops average (\d+)/g)]
  return Number(averages.at(-1)?.[1])
}

it.each([
  ['4 KiB random reads', ['-b', '8', '-r']],
  ['128 KiB sequential reads', ['-b', '256']],
])('%s', async (name, options) => {
  const lines: string[] = []
  const results = { ours: [] as number[], tgt: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    results.ours.push(await readsPerSecond(ours(), ...options))
    results.tgt.push(await readsPerSecond(tgt.url, ...options))
    lines.push(`  round ${round + 1}: ${results.ours.at(-1)} and ${results.tgt.at(-1)} a second`)
  }
  const [mine, others] = [median(results.ours), median(results.tgt)]
  console.log([machine(), `${name}, queue depth 32, lab and tgt:`, ...lines, `  median ${mine} and ${others}: ${(mine / others).toFixed(2)} times tgt`].join('\n'))
  expect(mine).toBeGreaterThan(0)
})
