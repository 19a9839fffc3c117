/** The longest outage that the lab tells of, for each cause, beside what an initiator outside the lab went through. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OutageCause } from '../../src-main/contract/host'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { OutageProber } from '../support/outage-prober'
import { noteDifference } from './figures'

const GOAL_MS = 10
/** What follows an act, such as volumes that go back, is over by then, and the host's report of it is there. */
const SETTLED_MS = 1500
const WITHIN_MS = 60_000
/**
 * Both only read: writes that wait for the mirror fill a host's queue, so with them the lab's host waits where the other one does not.
 * Often asked, so that little time passes between the last answer and the first command without one.
 */
const WORKLOAD = ['--workload', '--workload-rate', '1000', '--workload-read-share', '1', '--workload-region-mib', '2']

let folder: string
let lab: LabProcess
let client: LabClient
let prober: OutageProber

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-outage-'))
  const options = ['--lab', folder, '--drive-mib', '64', ...WORKLOAD, ...ANY_PORTS]
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', ...options] })
  client = labClient(lab.ready)
  await client.until('the pair is whole', isWhole)
  prober = new OutageProber(lab.ready)
})
afterAll(async () => {
  prober.stop()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

interface Act {
  readonly act: string
  readonly causes: readonly OutageCause['kind'][]
  readonly run: () => Promise<unknown>
  readonly isOver: (snapshot: LabSnapshot) => boolean
}

const ACTS: readonly Act[] = [
  { act: 'kill A', causes: ['crash'], run: () => client.command('kill', { controller: 'a' }), isOver: isTakenOver('b') },
  { act: 'restart A', causes: ['giveback', 'start'], run: () => client.command('restart', { controller: 'a' }), isOver: isWhole },
  { act: 'hang A', causes: ['hang'], run: () => client.command('hang', { controller: 'a' }), isOver: isTakenOver('b') },
  { act: 'restart A again', causes: ['giveback', 'start'], run: () => client.command('restart', { controller: 'a' }), isOver: isWhole },
  { act: 'panic A', causes: ['panic'], run: () => client.command('panic', { controller: 'a' }), isOver: isTakenOver('b') },
  { act: 'kill B, both down', causes: ['both-down'], run: bothDown, isOver: isWhole },
  { act: 'cut the interconnect', causes: ['cut'], run: () => client.command('cut-interconnect'), isOver: isServedByOne },
  { act: 'mend it', causes: ['giveback', 'start'], run: mended, isOver: isWhole },
  { act: 'fail drive 0', causes: ['drive'], run: () => client.command('fail-drive', { drive: 0 }), isOver: hasFailedDrive },
  { act: 'move LUN 0 to B', causes: ['move'], run: moved, isOver: isMoved },
]

it.each(ACTS)('$act', { timeout: 2 * WITHIN_MS }, async ({ act, causes, run, isOver }) => {
  await client.command('reset-outages')
  prober.reset()
  await run()
  await client.until('its end', isOver, WITHIN_MS)
  await sleep(SETTLED_MS)
  const { host } = await client.snapshot()
  const told = host?.outages.luns.find(({ lun }) => lun === 0)?.longest
  const { ms, lateMs } = prober.longest()
  // What the onlooker cannot tell from its own lateness says nothing of the lab.
  noteDifference(`longest outage of LUN 0: ${act}`, { toldMs: told?.durationMs ?? 0, measuredMs: ms, goalMs: GOAL_MS, lateMs })
  expect(causes).toContain(told?.cause?.kind)
  expect(host?.ledger.lost).toBe(0)
})

async function bothDown(): Promise<void> {
  await client.command('kill', { controller: 'b' })
  await sleep(SETTLED_MS)
  for (const controller of ['a', 'b'] as const) await client.command('restart', { controller })
}

async function mended(): Promise<void> {
  await client.command('mend-interconnect')
  const { controllers } = await client.snapshot()
  for (const controller of ['a', 'b'] as const)
    if (controllers[controller].state === 'down') await client.command('restart', { controller })
}

function isServedByOne(snapshot: LabSnapshot): boolean {
  return isTakenOver('a')(snapshot) || isTakenOver('b')(snapshot)
}

function hasFailedDrive({ drives }: LabSnapshot): boolean {
  return drives[0]?.state !== 'online'
}

async function moved(): Promise<void> {
  const answer = await client.service('a', 'move-volume', { volume: volumeOfLun0(await client.snapshot()), to: 'b' })
  expect(answer).toMatchObject({ result: { to: 'b' } })
}

function isMoved(snapshot: LabSnapshot): boolean {
  const moved = volumeOfLun0(snapshot)
  return snapshot.array?.ownership.some(({ volumeId, owner }) => volumeId === moved && owner === 'b') === true
}

function volumeOfLun0({ array }: LabSnapshot): number | undefined {
  return array?.configuration.luns.find(({ lun }) => lun === 0)?.volumeId
}
