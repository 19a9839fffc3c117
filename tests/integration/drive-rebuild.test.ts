/** A drive's image file is cut off under the workload, put back empty, and rebuilt. */
import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isWhole, type LabClient } from '../support/lab-client'
import { cutOff, driveOf, expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

/** Of the RAID-5 group, which has LUN 0. */
const VICTIM = 1
const OTHER = 2
const MIB = 1024 * 1024
const DRIVE_MIB = 64

const lab = useLiveLab('drive-rebuild')

/** Another file in the same place: it has nothing. */
function putBlank(file: string): void {
  fs.rmSync(file)
  fs.writeFileSync(file, '')
  fs.truncateSync(file, DRIVE_MIB * MIB)
}

async function rebuild(client: LabClient, drive: number): Promise<void> {
  expect(await client.service('a', 'rebuild-drive', { drive })).toHaveProperty('result')
  const { rebuild } = driveOf(
    await client.until('it is being rebuilt', (snapshot) => driveOf(snapshot, drive).state === 'rebuilding'),
    drive,
  )
  expect(rebuild).toMatchObject({ state: 'running', total: expect.any(Number) as number })
  await client.until('it is in use', (snapshot) => driveOf(snapshot, drive).state === 'online', 60_000)
}

describe('a drive of a live lab', () => {
  it('is left out when its file fails, rebuilt when there is one again, and then as good as any other', async () => {
    const client = await lab.start('--drive-mib', String(DRIVE_MIB))
    await client.command('start-workload', {
      workload: { requestsPerSecond: 400, readShare: 0.5, blockBytes: 4096, regionBytes: 4 * MIB, luns: [0] },
    })
    await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)

    const file = await cutOff(client, VICTIM)
    expect(driveOf(await client.snapshot(), VICTIM)).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/shorter|bytes instead of/) as string,
    })

    // Too early: it is as it was.
    expect(await client.service('b', 'rebuild-drive', { drive: VICTIM })).toHaveProperty('result')
    const ended = driveOf(
      await client.until('the rebuild has ended', (snapshot) => driveOf(snapshot, VICTIM).rebuild?.state === 'failed'),
      VICTIM,
    )
    expect(ended).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(`^cannot be used again: its file has \\d+ bytes instead of ${DRIVE_MIB * MIB}$`) as string,
    })

    putBlank(file)
    await rebuild(client, VICTIM)
    const { controllers } = await client.snapshot()
    expect([controllers.a.incarnation, controllers.b.incarnation]).toEqual([1, 1])
    await expectNothingLost(client, lab.events)

    await cutOff(client, OTHER)
    await expectNothingLost(client, lab.events)
  })

  it('that came up with a blank file is out until it is rebuilt, and has then all that a lab looks for when it is opened', async () => {
    const client = await lab.start('--drive-mib', String(DRIVE_MIB))
    await client.command('start-workload', {
      workload: { requestsPerSecond: 400, readShare: 0.5, blockBytes: 4096, regionBytes: 4 * MIB, luns: [0] },
    })
    await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)
    putBlank(await cutOff(client, VICTIM))
    for (const controller of ['a', 'b'] as const) {
      await client.command('restart', { controller })
      await client.until(
        `controller ${controller} is back`,
        (snapshot) => snapshot.controllers[controller].incarnation > 1 && isWhole(snapshot),
      )
    }
    // It answers, and is out all the same.
    expect(driveOf(await client.snapshot(), VICTIM)).toMatchObject({ state: 'failed', outAfterGeneration: expect.any(Number) as number })
    await rebuild(client, VICTIM)
    await client.command('stop-workload')
    await expectNothingLost(client, lab.events)
    await lab.stop()

    const reopened = await lab.start()
    const read = await reopened.until('it is whole, and what was written is read back', (snapshot) => {
      const { ledger } = snapshot.host ?? {}
      return isWhole(snapshot) && ledger?.verifying === false && ledger.checkedBlocks > 0
    })
    expect(driveOf(read, VICTIM).state).toBe('online')
    expect(read.host?.ledger.lost).toBe(0)
  })
})
