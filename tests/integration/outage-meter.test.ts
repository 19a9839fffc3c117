/** What the lab says of outages and counts, beside what was done to it. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const WORKLOAD = ['--workload', '--workload-region-mib', '2']
let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-outage-'))
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '64', ...WORKLOAD, ...ANY_PORTS],
  })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

function countsOf({ controllers, drives, host }: LabSnapshot): readonly number[] {
  return [
    ...CONTROLLER_IDS.flatMap((id) => Object.values(controllers[id].counters) as number[]),
    ...drives.flatMap(({ reads, writes }) => [reads, writes]),
    host?.ledger.verified ?? 0,
  ]
}

it('counts on through a restart and a reading back, and names what was done', { timeout: 90_000 }, async () => {
  let last = countsOf(await client.until('the workload runs', (now) => isWhole(now) && (now.host?.ledger.acknowledged ?? 0) > 50))
  const watched = (isReached: (now: LabSnapshot) => boolean) => (now: LabSnapshot) => {
    const counts = countsOf(now)
    expect(counts.filter((count, index) => count < (last[index] ?? 0))).toEqual([])
    last = counts
    return isReached(now)
  }
  await client.command('kill', { controller: 'a' })
  await client.until('B has taken over', watched(isTakenOver('b')))
  // What the host measures comes a report of the host later than what the pair says of itself.
  const { host } = await client.until(
    'the crash is named',
    watched((now) => now.host?.outages.longest?.cause?.kind === 'crash'),
  )
  expect(host?.outages.since.reason).toBe('fault')
  await client.command('restart', { controller: 'a' })
  await client.until(
    'both serve again, and all is read back',
    watched((now) => isWhole(now) && (now.host?.ledger.verified ?? 0) > 0),
    60_000,
  )
})

it('counts up while both are down', { timeout: 90_000 }, async () => {
  await client.command('kill', { controller: 'a' })
  await client.command('kill', { controller: 'b' })
  const up = await client.until('a second without an answer', ({ host }) => (host?.outages.luns[0]?.unansweredMs ?? 0) > 1000)
  expect(up.host?.outages.longest).toMatchObject({ isOver: false, cause: { kind: 'both-down' } })
  for (const controller of CONTROLLER_IDS) await client.command('restart', { controller })
  const after = await client.until('both serve again', (now) => isWhole(now) && now.host?.outages.longest?.isOver === true, 60_000)
  expect(after.host?.outages.longest?.cause).toEqual({ kind: 'both-down' })
  expect(after.host?.outages.longest?.durationMs).toBeGreaterThan(1000)
})

it('forgets at a reset, and measures nothing without a workload', { timeout: 60_000 }, async () => {
  await client.command('stop-workload')
  await client.until('nothing is measured', ({ host }) => host?.outages.luns.every(({ measured }) => !measured) === true)
  await client.command('reset-outages')
  const { host } = await client.until('it is reset', (now) => now.host?.outages.since.reason === 'reset')
  expect(host?.outages.longest).toBeUndefined()
})
