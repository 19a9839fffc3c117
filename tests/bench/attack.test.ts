/**
 * What a host still gets while others attack its controller: its reads a second during the attack, over those before and after.
 * `BENCH_ATTACK_SECONDS` in the environment: how long each of the three is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isWhole, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { countOf } from '../support/machine'
import { buildPlanted } from '../support/planted-build'
import { ATTACKS, VICTIM } from './attack/attacks'
import { GoodHost } from './attack/good-host'
import { noteRatio } from './figures'

const SECONDS = countOf('BENCH_ATTACK_SECONDS', 5)
const SETTLES_MS = 1000
const GOAL = 0.5

let folder: string
let lab: LabProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-attack-'))
  await buildPlanted({ entry: 'tests/bench/attack/main.ts', outDir: folder, fileName: 'attacker.mjs' })
  const options = ['--lab', path.join(folder, 'lab'), '--no-workload', ...ANY_PORTS]
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', ...options] })
  await labClient(lab.ready).until('the pair is whole', isWhole)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

const CASES = [
  ...Object.keys(ATTACKS).map((attack) => ({ attack, sessions: 16, by: 'a' as const, goal: { goal: GOAL } })),
  { attack: 'verify-flood', sessions: 16, by: 'b' as const, goal: { goal: GOAL } },
  { attack: 'many-commands', sessions: 60, by: 'a' as const, goal: {} },
]

it.each(CASES)('$attack by $sessions sessions at portal $by', async ({ attack, sessions, by, goal }) => {
  const { portals, target } = lab.ready
  const host = new GoodHost({ portal: portals.a, target, ...VICTIM })
  await host.begin()
  const perSecond = async (): Promise<number> => {
    const before = host.answered
    const startMs = performance.now()
    await sleep(SECONDS * 1000)
    return ((host.answered - before) * 1000) / (performance.now() - startMs)
  }
  await sleep(SETTLES_MS)
  const before = await perSecond()
  const attacker = spawn(process.execPath, [path.join(folder, 'attacker.mjs'), portals[by], target, attack, String(sessions)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await sleep(SETTLES_MS)
  const during = await perSecond()
  attacker.kill('SIGKILL')
  await once(attacker, 'exit')
  await sleep(SETTLES_MS)
  const after = await perSecond()
  host.stop()
  const { takeovers } = await labClient(lab.ready).until('the pair is whole', isWhole)
  noteRatio(`a host's reads under ${attack} by ${sessions} at ${by}`, {
    ours: during,
    beside: (before + after) / 2,
    of: 'in peace',
    ...goal,
  })
  expect(takeovers).toEqual([])
  expect(host.lost).toBe(0)
})
