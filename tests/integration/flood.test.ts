/** Hostile sessions at a portal, as `npm run bench` measures them, and wrong tokens at the page; here only what must never happen. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { HOSTILE, VICTIM } from '../bench/attack/attacks'
import { GoodHost } from '../bench/attack/good-host'
import { httpJson, isWhole, labClient } from '../support/lab-client'
import { watchEvents } from '../support/lab-events'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { buildPlanted } from '../support/planted-build'

const SESSIONS = 16
const FLOOD_MS = 4000
const SETTLES_MS = 500
const PROBE_MS = 20
/** A third of the silence after which a controller is fenced. */
const BUSY_MS = 250
/** A lost answer never comes. What takes long is told from it on a busy machine. */
const ANSWERS_WITHIN_MS = 20_000

/** Much less than the time after which it would be an event again. */
const AGAIN_WITHIN_MS = 1000

let folder: string
let lab: LabProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'flood-'))
  await buildPlanted({ entry: 'tests/bench/attack/main.ts', outDir: folder, fileName: 'attacker.mjs' })
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

beforeEach(async () => {
  const options = ['--lab', fs.mkdtempSync(path.join(folder, 'lab-')), '--no-workload', '--drive-mib', '64', ...ANY_PORTS]
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', ...options] })
  await labClient(lab.ready).until('the pair is whole', isWhole)
})
afterEach(() => lab.stop())

it.for(['verify-flood', 'nop-flood'])('%s takes no controller away, and no answer from a good host', async (attack, { skip }) => {
  const { portals, target } = lab.ready
  const client = labClient(lab.ready)
  const incarnations = await incarnationsOf(client)
  const longestPauseMs = watchPauses()
  const host = new GoodHost({ portal: portals.a, target, ...VICTIM })
  await host.begin()
  await sleep(SETTLES_MS)
  const attacker = spawn(process.execPath, [path.join(folder, 'attacker.mjs'), portals.a, target, attack, String(SESSIONS)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(attacker, 'exit')
  let before = 0
  let after = 0
  try {
    await client.until(
      'the attackers are there',
      ({ controllers }) => controllers.a.initiators.filter(({ name }) => name === HOSTILE).length === SESSIONS,
      60_000,
    )
    before = host.answered
    await sleep(FLOOD_MS)
    after = host.answered
  } finally {
    attacker.kill('SIGKILL')
    await ended
  }
  const pauseMs = longestPauseMs()
  // Heartbeats stop for the same reason, whoever attacks.
  if (pauseMs > BUSY_MS) skip(`this process itself had no time for ${Math.round(pauseMs)} ms: the machine is busy with other things`)
  expect(after).toBeGreaterThan(before)
  expect(await host.isAnsweredWithin(ANSWERS_WITHIN_MS)).toBe(true)
  host.stop()
  const { takeovers } = await client.until('the pair is whole', isWhole)
  expect(takeovers).toEqual([])
  expect(await incarnationsOf(client)).toEqual(incarnations)
})

it('wrong tokens at the page are noted in the trace, in one event', async () => {
  const events = await watchEvents(lab.ready)
  const { http } = lab.ready
  for (let i = 0; i < 200; i++) expect(await httpJson(`${http}/api/lab/snapshot`, { token: `wrong-${i}` })).toMatchObject({ status: 401 })
  // Where the page is served. The host logs in at the controllers meanwhile, which they note, too.
  const place = 'midplane'
  const noted = await events.first('security.noted', 0, { place })
  expect(noted).toMatchObject({ data: { what: 'token-refused', text: 'The token is wrong.' } })
  await expect(events.first('security.noted', noted.timeMs, { place, timeoutMs: AGAIN_WITHIN_MS })).rejects.toThrow('no security.noted')
  events.close()
})

/** Gives the longest time for which this process got no turn since then. */
function watchPauses(): () => number {
  let lastMs = performance.now()
  let longestMs = 0
  const timer = setInterval(() => {
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - lastMs - PROBE_MS)
    lastMs = nowMs
  }, PROBE_MS)
  return () => {
    clearInterval(timer)
    return longestMs
  }
}

async function incarnationsOf(client: ReturnType<typeof labClient>): Promise<readonly number[]> {
  const { controllers } = await client.snapshot()
  return [controllers.a.incarnation, controllers.b.incarnation]
}
