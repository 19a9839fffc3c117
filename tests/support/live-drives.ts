import * as fs from 'node:fs'
import { expect } from 'vitest'
import { present } from '../../src-main/base/assert'
import type { DriveSnapshot, LabSnapshot } from '../../src-main/contract/snapshot'
import type { LabClient } from './lab-client'
import type { LabEvents } from './lab-events'

export function driveOf({ drives }: LabSnapshot, index: number): DriveSnapshot {
  return present(drives[index], `drive ${index}`)
}

/** Cuts its file off: reads of it fail from now on, in both controllers. Gives the file. */
export async function cutOff(client: LabClient, index: number): Promise<string> {
  const { file } = driveOf(await client.snapshot(), index)
  fs.truncateSync(file, 0)
  await client.until(`drive ${index} is out`, (snapshot) => driveOf(snapshot, index).outAfterGeneration !== undefined)
  return file
}

/** By the ledger of the lab's own host, which reads all back that was acknowledged. */
export async function expectNothingLost(client: LabClient, events: LabEvents): Promise<void> {
  // The host reads back by itself when a controller has come back.
  const begun = await client.until('nothing is being read back', ({ host }) => host?.ledger.verifying === false)
  await client.command('verify-ledger')
  const { data } = await events.first('host.verification-finished', begun.timeMs)
  expect(data).toMatchObject({ lost: 0 })
  expect(data?.['verified']).toBeGreaterThan(0)
}
