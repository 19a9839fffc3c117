/** What people really do to a lab: hang both controllers, take a drive away, put an old one back, cut one while it runs. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isWhole, type LabClient } from '../support/lab-client'
import { driveOf, expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

/** Of the RAID-5 group, which has LUN 0. */
const VICTIM = 1
const MIB = 1024 * 1024
const DRIVE_MIB = 64

const lab = useLiveLab('what-people-do')

const start = (): Promise<LabClient> => lab.start('--drive-mib', String(DRIVE_MIB))

/** Until the host has read back what the session before left in its ledger. */
async function reopen(): Promise<LabClient> {
  const client = await start()
  await client.until('the host has read back', ({ host }) => host?.ledger.verifying === false && host.ledger.checkedBlocks > 0, 40_000)
  return client
}

async function startWithWrites(): Promise<LabClient> {
  const client = await start()
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0.3, blockBytes: 4096, regionBytes: 4 * MIB, luns: 'all' },
  })
  await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 400)
  return client
}

async function expectRead(client: LabClient): Promise<void> {
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
}

function imageOf(index: number): string {
  return path.join(lab.folder, 'drives', `drive-${index}.img`)
}

/** As somebody does who pulls a drive: whoever has it open keeps the old file. */
function putInPlace(index: number, file: string): void {
  fs.renameSync(file, imageOf(index))
}

function blank(): string {
  const file = path.join(lab.folder, 'blank.img')
  fs.writeFileSync(file, '')
  fs.truncateSync(file, DRIVE_MIB * MIB)
  return file
}

async function expectOut(client: LabClient, message: RegExp): Promise<void> {
  const snapshot = await client.until('the drive is out', (now) => driveOf(now, VICTIM).outAfterGeneration !== undefined)
  expect(driveOf(snapshot, VICTIM)).toMatchObject({ state: 'failed', message: expect.stringMatching(message) as string })
}

async function rebuild(client: LabClient, force = false): Promise<void> {
  expect(await client.service('a', 'rebuild-drive', force ? { drive: VICTIM, force } : { drive: VICTIM })).toHaveProperty('result')
  await client.until(
    'it is in use again',
    (snapshot) => driveOf(snapshot, VICTIM).state === 'online' && driveOf(snapshot, VICTIM).outAfterGeneration === undefined,
    60_000,
  )
}

describe('a hang that nobody ends', () => {
  it('of B, whose peer is killed before it notices and started again: the watchdog gets the pair going', async () => {
    const client = await startWithWrites()
    await client.command('hang', { controller: 'b' })
    await client.command('kill', { controller: 'a' })
    await client.command('restart', { controller: 'a' })
    await client.until('both serve', isWhole, 30_000)
    expect(await lab.events.first('midplane.watchdog-fired', 0)).toMatchObject({ data: { controller: 'b' } })
    await expectRead(client)
  })

  it('of both', async () => {
    const client = await startWithWrites()
    await Promise.all([client.command('hang', { controller: 'a' }), client.command('hang', { controller: 'b' })])
    await client.until('both serve', isWhole, 30_000)
    await expectRead(client)
  })
})

describe('a drive that is not what it was', () => {
  it('blank in its place while the lab runs: the first controller that restarts sees it, and both do without it', async () => {
    const client = await startWithWrites()
    putInPlace(VICTIM, blank())
    for (const controller of ['a', 'b'] as const) {
      await client.command('restart', { controller })
      await client.until(
        `controller ${controller} is back`,
        (snapshot) => snapshot.controllers[controller].incarnation > 1 && isWhole(snapshot),
      )
    }
    // One that joins looks at the first blocks only.
    await expectOut(client, /^(is blank|has no superblock of this array)$/)
    await expectRead(client)
    await rebuild(client)
    await expectRead(client)
  })

  it('an older copy in its place while the lab was closed: out until it is rebuilt', async () => {
    await startWithWrites()
    await lab.stop()
    const copy = path.join(lab.folder, 'copy.img')
    fs.copyFileSync(imageOf(VICTIM), copy)
    await startWithWrites()
    await lab.stop()
    putInPlace(VICTIM, copy)
    const client = await reopen()
    await expectOut(client, /^has generation \d+ of the array state, but it had \d+: /)
    await expectRead(client)
    await rebuild(client)
    await expectRead(client)
  })

  it('missing at the start: the lab starts without it and rebuilds what is put in its place', async () => {
    await startWithWrites()
    await lab.stop()
    fs.rmSync(imageOf(VICTIM))
    const client = await reopen()
    expect(driveOf(await client.snapshot(), VICTIM)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('ENOENT') as string,
    })
    await expectRead(client)
    putInPlace(VICTIM, blank())
    await rebuild(client, true)
    await expectRead(client)
  })

  it('cut while the lab runs: it fails before it grows again, and can be rebuilt', async () => {
    const client = await startWithWrites()
    fs.truncateSync(imageOf(VICTIM), 16 * MIB)
    await expectOut(client, /its file has \d+ bytes|shorter than it should be/)
    expect(fs.statSync(imageOf(VICTIM)).size).toBe(16 * MIB)
    await expectRead(client)
    fs.truncateSync(imageOf(VICTIM), DRIVE_MIB * MIB)
    await rebuild(client)
    await expectRead(client)
  })

  it('in use, but not trusted by a person: force has it rebuilt', async () => {
    const client = await startWithWrites()
    expect(await client.service('a', 'rebuild-drive', { drive: VICTIM })).toMatchObject({ error: { code: 'not-possible-now' } })
    await rebuild(client, true)
    await expectRead(client)
  })
})
