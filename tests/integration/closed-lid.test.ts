/** The machine sleeps: all of the lab stands still at once, and goes on later. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { isWhole } from '../support/lab-client'
import { expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'

const LID_MS = 20_000
const MIB = 1024 * 1024

const lab = useLiveLab('closed-lid')

it('20 seconds without any time of its own: nothing is lost, and the pair is whole', async () => {
  const client = await lab.start('--drive-mib', '64')
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0.3, blockBytes: 4096, regionBytes: 4 * MIB, luns: 'all' },
  })
  const { host } = await client.until('writes are acknowledged', (now) => isWhole(now) && (now.host?.ledger.acknowledged ?? 0) > 400)
  const before = host?.ledger.acknowledged ?? 0

  lab.signal('SIGSTOP')
  try {
    await sleep(LID_MS)
  } finally {
    lab.signal('SIGCONT')
  }

  await client.until('writes go on', (now) => (now.host?.ledger.acknowledged ?? 0) > before + 400, 60_000)
  // A controller that was fenced for it would have to be started again by a person.
  const after = await client.until('the pair is whole', isWhole, 30_000)
  expect([after.controllers.a.state, after.controllers.b.state]).toEqual(['running', 'running'])
  expect(after.drives.map(({ state }) => state)).toEqual(after.drives.map(() => 'online'))
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
})
