/** The pair under workload: kill and restart, twenty times; hang; cut. Nothing acknowledged may be lost. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { TAKEOVER_PHASES, type TakeoverRecord } from '../../src-main/contract/snapshot'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { watchEvents, type LabEvents } from '../support/lab-events'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const ROUNDS = 20
let folder: string
let lab: LabProcess
let client: LabClient
let events: LabEvents

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-rounds-'))
  lab = await startLabProcess({
    command: [
      process.execPath,
      'out/main/serve.js',
      '--lab',
      folder,
      '--drive-mib',
      '64',
      '--workload',
      '--workload-region-mib',
      '2',
      ...ANY_PORTS,
    ],
  })
  client = labClient(lab.ready)
  events = await watchEvents(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

/** The takeover from `dead` is over, and the host measured its gap and read back everything that was acknowledged. */
async function takenOverFrom(dead: ControllerId, before: number): Promise<TakeoverRecord> {
  const survivor = peerOf(dead)
  await client.until(`${survivor} has taken over`, isTakenOver(survivor))
  const { takeovers } = await client.until('the host knows its gap', (snapshot) => {
    const newest = snapshot.takeovers.at(-1)
    return newest !== undefined && newest.number > before && newest.hostOutage !== undefined
  })
  const takeover = takeovers.at(-1)
  if (takeover === undefined) throw new Error('no takeover')
  expect(takeover).toMatchObject({ survivor, dead })
  expect(takeover.phases.map(({ phase }) => phase)).toEqual([...TAKEOVER_PHASES])
  const begun = await events.first('host.verification-started', takeover.startedAtMs)
  expect(await events.first('host.verification-finished', begun.timeMs)).toMatchObject({ data: { lost: 0 } })
  return takeover
}

async function restart(id: ControllerId): Promise<void> {
  await client.command('restart', { controller: id })
  await client.until(
    'both serve, each with its volumes, and the host sees both',
    (snapshot) => isWhole(snapshot) && bothPathsUp(snapshot.host?.paths),
  )
}

function bothPathsUp(paths: readonly { readonly state: string }[] | undefined): boolean {
  return paths?.length === 2 && paths.every(({ state }) => state === 'up')
}

async function newestTakeover(): Promise<number> {
  return (await client.snapshot()).takeovers.at(-1)?.number ?? 0
}

it(`loses nothing in ${ROUNDS} rounds of kill and restart`, { timeout: 300_000 }, async () => {
  await client.until(
    'the workload runs on both paths',
    (snapshot) => isWhole(snapshot) && bothPathsUp(snapshot.host?.paths) && (snapshot.host?.ledger.acknowledged ?? 0) > 50,
  )
  const gapsMs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const dead = round % 2 === 0 ? 'a' : 'b'
    const before = await newestTakeover()
    await client.command('kill', { controller: dead })
    const takeover = await takenOverFrom(dead, before)
    expect(takeover.reason).toBe('crash')
    gapsMs.push(takeover.hostOutage?.durationMs ?? Number.NaN)
    await restart(dead)
    const back = await client.until('the giveback is recorded', ({ takeovers }) => takeovers.at(-1)?.givenBackAtMs !== undefined)
    expect(back.host?.ledger.lost).toBe(0)
  }
  gapsMs.sort((one, other) => one - other)
  const median = gapsMs[Math.floor(gapsMs.length / 2)] ?? 0
  console.log(`host-visible gap over ${ROUNDS} kills: median ${median.toFixed(0)} ms, worst ${gapsMs.at(-1)?.toFixed(0)} ms`)
  const { host } = await client.snapshot()
  expect(host?.ledger).toMatchObject({ lost: 0 })
})

it('fences a controller that hangs', { timeout: 120_000 }, async () => {
  for (const hung of ['b', 'a'] as const) {
    const before = await newestTakeover()
    await client.command('hang', { controller: hung })
    const takeover = await takenOverFrom(hung, before)
    expect(takeover.reason).toBe('hang')
    await restart(hung)
  }
})

it('has one winner when the interconnect is cut', { timeout: 120_000 }, async () => {
  const before = await newestTakeover()
  await client.command('cut-interconnect')
  const { controllers } = await client.until(
    'one controller is gone',
    (snapshot) => snapshot.controllers.a.state === 'down' || snapshot.controllers.b.state === 'down',
  )
  const loser = controllers.a.state === 'down' ? 'a' : 'b'
  const takeover = await takenOverFrom(loser, before)
  expect(takeover.reason).toBe('interconnect')
  expect((await client.snapshot()).takeovers.filter(({ number }) => number > before)).toHaveLength(1)
  await client.command('mend-interconnect')
  await restart(loser)
})

it('keeps the story of it in the trace files', async () => {
  events.close()
  await lab.stop()
  const traceFolder = path.join(folder, 'trace')
  const lines = fs.readdirSync(traceFolder).flatMap((name) => fs.readFileSync(path.join(traceFolder, name), 'utf8').trimEnd().split('\n'))
  const kinds = new Set(lines.map((line) => (JSON.parse(line) as { kind: string }).kind))
  const told = [
    'midplane.controller-killed',
    'midplane.controller-exited',
    'takeover.detected',
    'takeover.fenced',
    'takeover.claimed',
    'takeover.adopted',
    'takeover.serving',
    'giveback.completed',
    'host.command',
    'host.response',
    'portal.command',
    'drive.write',
    'lab.stopped',
  ]
  expect([...kinds]).toEqual(expect.arrayContaining(told))
})
