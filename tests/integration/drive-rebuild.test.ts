/** A drive's image file is cut off under the workload, put back empty, and rebuilt. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { isWhole, labClient, type LabClient } from '../support/lab-client'
import { watchEvents, type LabEvents } from '../support/lab-events'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

/** Of the RAID-5 group, which has LUN 0. */
const VICTIM = 1
const OTHER = 2
const MIB = 1024 * 1024
const DRIVE_MIB = 64

let folder: string
let running: LabProcess | undefined
let events: LabEvents | undefined

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'drive-rebuild-'))
})
afterEach(async () => {
  events?.close()
  await running?.stop()
  running = undefined
  fs.rmSync(folder, { recursive: true })
})

function driveOf({ drives }: LabSnapshot, index: number) {
  return present(drives[index], `drive ${index}`)
}

/** Reads of it fail from now on, in both controllers. */
async function cutOff(client: LabClient, index: number): Promise<string> {
  const { file } = driveOf(await client.snapshot(), index)
  fs.truncateSync(file, 0)
  await client.until(`drive ${index} is out`, (snapshot) => driveOf(snapshot, index).outAfterGeneration !== undefined)
  return file
}

async function expectNothingLost(client: LabClient, events: LabEvents): Promise<void> {
  // The host reads back by itself when a controller has come back.
  const begun = await client.until('nothing is being read back', ({ host }) => host?.ledger.verifying === false)
  await client.command('verify-ledger')
  const { data } = await events.first('host.verification-finished', begun.timeMs)
  expect(data).toMatchObject({ lost: 0 })
  expect(data?.['verified']).toBeGreaterThan(0)
}

describe('a drive of a live lab', () => {
  it('is left out when its file fails, rebuilt when it is there again, and then as good as any other', async () => {
    running = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, ...ANY_PORTS, '--drive-mib', String(DRIVE_MIB), '--no-workload'] })
    const client = labClient(running.ready)
    events = await watchEvents(running.ready)
    await client.command('start-workload', { workload: { requestsPerSecond: 400, readShare: 0.5, blockBytes: 4096, regionBytes: 4 * MIB, luns: [0] } })
    await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)

    const file = await cutOff(client, VICTIM)
    expect(driveOf(await client.snapshot(), VICTIM)).toMatchObject({ state: 'failed', message: expect.stringContaining('shorter') as string })
    fs.truncateSync(file, DRIVE_MIB * MIB)
    for (const controller of ['a', 'b'] as const) {
      await client.command('restart', { controller })
      await client.until(`controller ${controller} is back`, (snapshot) => snapshot.controllers[controller].incarnation > 1 && isWhole(snapshot))
    }
    // It answers, and is out all the same.
    expect(driveOf(await client.snapshot(), VICTIM)).toMatchObject({ state: 'failed', outAfterGeneration: expect.any(Number) as number })

    expect(await client.service('a', 'rebuild-drive', { drive: VICTIM })).toHaveProperty('result')
    const { rebuild } = driveOf(await client.until('it is being rebuilt', (snapshot) => driveOf(snapshot, VICTIM).state === 'rebuilding'), VICTIM)
    expect(rebuild).toMatchObject({ state: 'running', total: expect.any(Number) as number })
    await client.until('it is in use', (snapshot) => driveOf(snapshot, VICTIM).state === 'online', 60_000)
    await expectNothingLost(client, events)

    await cutOff(client, OTHER)
    await expectNothingLost(client, events)
  })
})
