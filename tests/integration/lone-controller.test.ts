/** A controller that is alone dies, and its RAID-5 group lacks a drive: the other one, which has no log, has what it can serve. */
import { expect, it } from 'vitest'
import { isTakenOver, isWhole } from '../support/lab-client'
import { cutOff, expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

/** Of the RAID-5 group, which has LUN 0. */
const VICTIM = 1
const MIB = 1024 * 1024

const lab = useLiveLab('lone-controller')

it('serves what is whole, lets the other volume wait for the log, and nothing is lost', async () => {
  const client = await lab.start()
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0, blockBytes: 4096, regionBytes: 4 * MIB, luns: 'all' },
  })
  await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)
  await client.command('kill', { controller: 'b' })
  await client.until('controller a is alone', isTakenOver('a'))
  await cutOff(client, VICTIM)
  const { host: before } = await client.snapshot()
  await client.until('writes miss the drive', ({ host }) => (host?.ledger.acknowledged ?? 0) > (before?.ledger.acknowledged ?? 0) + 200)
  await client.command('kill', { controller: 'a' })
  await client.command('restart', { controller: 'b' })

  const { array } = await client.until(
    'controller b is alone',
    ({ controllers: { b } }) => b.phase === 'serving' && b.portalServedBy === 'b',
  )
  const standing = array?.configuration.luns.map(({ lun, volumeId }) => ({
    lun,
    ...array.ownership.find((one) => one.volumeId === volumeId),
  }))
  expect(standing).toMatchObject([
    { lun: 0, owner: 'a', heldBy: 'a' },
    { lun: 1, owner: 'b' },
  ])
  expect(standing?.[1]).not.toHaveProperty('heldBy')

  await client.command('restart', { controller: 'a' })
  await client.until(
    'the pair is whole, and holds nothing back',
    (snapshot) => isWhole(snapshot) && snapshot.array?.ownership.every(({ heldBy }) => heldBy === undefined) === true,
  )
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
})
