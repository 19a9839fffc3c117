/** Faults in the device, by lab command: the array meets them as it would those of real drives, and the window is told. */
import { describe, expect, it } from 'vitest'
import { isWhole, type LabClient } from '../support/lab-client'
import { driveOf, expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

/** Of the RAID-5 group, which has LUN 0. */
const VICTIM = 1
const MIB = 1024 * 1024

const lab = useLiveLab('drive-faults')

async function startWithWrites(): Promise<LabClient> {
  const client = await lab.start('--drive-mib', '64')
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0.3, blockBytes: 4096, regionBytes: 4 * MIB, luns: 'all' },
  })
  await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 400)
  return client
}

async function expectOut(client: LabClient, message: RegExp): Promise<void> {
  const snapshot = await client.until('the drive is out', (now) => driveOf(now, VICTIM).outAfterGeneration !== undefined)
  expect(driveOf(snapshot, VICTIM)).toMatchObject({ state: 'failed', message: expect.stringMatching(message) as string })
}

async function expectRebuilt(client: LabClient): Promise<void> {
  expect(await client.service('a', 'rebuild-drive', { drive: VICTIM })).toHaveProperty('result')
  const isBack = (snapshot: Parameters<typeof driveOf>[0]): boolean =>
    driveOf(snapshot, VICTIM).state === 'online' && driveOf(snapshot, VICTIM).outAfterGeneration === undefined
  await client.until('it is in use again', isBack, 60_000)
}

async function expectRead(client: LabClient): Promise<void> {
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
}

describe('a drive, by lab command', () => {
  it('is pulled and put back: its groups go on without it, and it is not in use again before its rebuild', async () => {
    const client = await startWithWrites()
    await client.command('pull-drive', { drive: VICTIM })
    await expectOut(client, /was pulled from its bay/)
    const refusal = await client.service('a', 'rebuild-drive', { drive: VICTIM })
    if ('result' in refusal) await client.until('its rebuild has failed', (now) => driveOf(now, VICTIM).rebuild?.state === 'failed', 30_000)
    await client.command('put-drive-back', { drive: VICTIM })
    const back = await client.snapshot()
    expect(driveOf(back, VICTIM).faults).toBeUndefined()
    expect(driveOf(back, VICTIM).state).toBe('failed')
    await expectRebuilt(client)
    await client.command('pull-drive', { drive: 2 })
    await expectRead(client)
  })

  it('dies and is replaced: the blank one is rebuilt, and then relied upon', async () => {
    const client = await startWithWrites()
    await client.command('fail-drive', { drive: VICTIM })
    await expectOut(client, /is dead/)
    await client.command('replace-drive', { drive: VICTIM })
    await expectRebuilt(client)
    await client.command('fail-drive', { drive: 2 })
    await expectRead(client)
  })

  it('has bad sectors: what is on them is computed from the other drives', async () => {
    const client = await startWithWrites()
    for (let sector = 0; sector < 20; sector++) await client.command('spoil-sector', { drive: VICTIM })
    expect(driveOf(await client.snapshot(), VICTIM).faults?.badSectors.length).toBeGreaterThan(0)
    await expectRead(client)
    expect(driveOf(await client.snapshot(), VICTIM).outAfterGeneration).toBeUndefined()
  })

  it('is slow: hosts wait for it, and nothing fails', async () => {
    const client = await startWithWrites()
    await client.command('slow-drive', { drive: VICTIM, extraLatencyMs: 40 })
    const before = (await client.snapshot()).host?.ledger.acknowledged ?? 0
    await client.until('writes go on', ({ host }) => (host?.ledger.acknowledged ?? 0) > before + 100)
    const slow = await client.snapshot()
    expect(driveOf(slow, VICTIM)).toMatchObject({ state: 'online', faults: { extraLatencyMs: 40 } })
    expect(isWhole(slow)).toBe(true)
    await client.command('slow-drive', { drive: VICTIM, extraLatencyMs: 0 })
    await expectRead(client)
  })
})
