/** The disk under the lab gets full while hosts write, and has room again. */
import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LabClient } from '../support/lab-client'
import { isTakenOver, isWhole } from '../support/lab-client'
import { expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

const MIB = 1024 * 1024
/** Both NVRAM slots, the superblocks, traces, and some data. */
const DISK_MIB = 2 * 32 + 40
const PIECE = Buffer.alloc(64 * 1024, 1)

const lab = useLiveLab('disk-full')
let isMounted = false

beforeEach(() => {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', lab.folder])
  isMounted = status === 0
})
afterEach(async () => {
  await lab.stop()
  if (isMounted) execFileSync('umount', ['-l', lab.folder])
})

const filler = (): string => path.join(lab.folder, 'filler')

/** Takes the rest of the disk. */
function fillUp(): void {
  const fd = fs.openSync(filler(), 'a')
  try {
    for (;;) fs.writeSync(fd, PIECE)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    fs.closeSync(fd)
  }
}

const shortVolumes = async (client: LabClient): Promise<number> => {
  const { controllers } = await client.snapshot()
  return (['a', 'b'] as const).reduce((sum, id) => sum + (controllers[id].nvram?.volumesShortOfRoom.length ?? 0), 0)
}

/** On a machine that is busy with other things, a controller that was away for long is fenced, and has to be started again. */
async function untilBothServe(client: LabClient): Promise<void> {
  const restartDown = async (): Promise<boolean> => {
    const snapshot = await client.snapshot()
    for (const id of ['a', 'b'] as const) {
      if (snapshot.controllers[id].state === 'down') await client.command('restart', { controller: id })
    }
    return isWhole(snapshot)
  }
  await expect.poll(restartDown, { timeout: 90_000, interval: 500 }).toBe(true)
}

async function startWithWrites(): Promise<LabClient> {
  const client = await lab.start('--drive-mib', '64')
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0.3, blockBytes: 4096, regionBytes: 16 * MIB, luns: 'all' },
  })
  await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)
  return client
}

it('a full disk refuses writes, fails nothing, and all goes on when there is room', async ({ skip }) => {
  if (!isMounted) skip('only root may mount a small disk')
  const client = await startWithWrites()
  fillUp()
  await expect.poll(() => shortVolumes(client), { timeout: 20_000 }).toBeGreaterThan(0)
  const full = await client.snapshot()
  expect(isWhole(full)).toBe(true)
  expect(full.drives.map(({ state }) => state)).toEqual(full.drives.map(() => 'online'))
  // The superblocks have their room.
  expect(await client.service('a', 'rename-array', { name: 'full' })).toHaveProperty('result')
  const log = JSON.stringify(await client.service('a', 'get-event-log', {}))
  expect(log).toContain('has no room for new data of volume')

  fs.rmSync(filler())
  await expect.poll(() => shortVolumes(client), { timeout: 20_000 }).toBe(0)
  const acknowledged = (await client.snapshot()).host?.ledger.acknowledged ?? 0
  await client.until('writes go on', ({ host }) => (host?.ledger.acknowledged ?? 0) > acknowledged + 200)
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
  // The recording has a gap, and nothing but whole lines.
  await lab.stop()
  const lines = fs.readFileSync(path.join(lab.folder, 'trace', 'trace-000001.ndjson'), 'utf8').split('\n')
  expect(lines.pop()).toBe('')
  for (const line of lines) expect(() => JSON.parse(line) as unknown, line.slice(0, 200)).not.toThrow()
  expect(lines.length).toBeGreaterThan(500)
})

it('controllers that die while the disk is full lose nothing', async ({ skip }) => {
  if (!isMounted) skip('only root may mount a small disk')
  const client = await startWithWrites()
  fillUp()
  await expect.poll(() => shortVolumes(client), { timeout: 20_000 }).toBeGreaterThan(0)
  await client.command('kill', { controller: 'a' })
  await client.until('B serves all', isTakenOver('b'), 60_000)
  await client.command('restart', { controller: 'a' })
  await client.until('both serve', ({ controllers }) => controllers.a.phase === 'serving' && controllers.b.phase === 'serving', 60_000)
  await client.command('kill', { controller: 'a' })
  await client.command('kill', { controller: 'b' })
  await client.command('restart', { controller: 'a' })
  await client.command('restart', { controller: 'b' })
  // Where their logs have no room for what they replay, they wait for that of the disk.
  fs.rmSync(filler())
  await untilBothServe(client)
  await expect.poll(() => shortVolumes(client), { timeout: 20_000 }).toBe(0)
  await client.command('stop-workload')
  // It began anew with each controller that came back.
  await client.until('the host has read back', ({ host }) => host?.ledger.verifying === false, 60_000)
  await expectNothingLost(client, lab.events)
})
