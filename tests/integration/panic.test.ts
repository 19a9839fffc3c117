/** A controller that dies of an error of its own: reported with its message, and a crash for its peer. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { watchEvents, type LabEvents } from '../support/lab-events'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const MESSAGE = 'InvariantError: panic asked for by the operator'
let folder: string
let lab: LabProcess
let client: LabClient
let events: LabEvents

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-panic-'))
  lab = await startLabProcess({
    command: [
      process.execPath,
      'out/main/serve.js',
      '--lab',
      folder,
      '--drive-mib',
      '64',
      '--workload',
      '--workload-region-mib',
      '2',
      ...ANY_PORTS,
    ],
  })
  client = labClient(lab.ready)
  events = await watchEvents(lab.ready)
})
afterAll(async () => {
  events.close()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it('is taken over like one that was killed, and says of what it died', { timeout: 60_000 }, async () => {
  await client.until('the workload runs', (snapshot) => isWhole(snapshot) && (snapshot.host?.ledger.acknowledged ?? 0) > 50)
  await client.command('panic', { controller: 'a' })
  await client.until('B has taken over', isTakenOver('b'))
  const { controllers, takeovers } = await client.until(
    'the host knows its gap',
    (snapshot) => snapshot.takeovers.at(-1)?.hostOutage !== undefined,
  )
  expect(controllers.a).toMatchObject({ state: 'down', lastFailure: MESSAGE })
  expect(takeovers).toMatchObject([{ survivor: 'b', dead: 'a', reason: 'crash' }])
  expect(await events.first('midplane.controller-exited', 0)).toMatchObject({ data: { controller: 'a', message: MESSAGE } })
  const begun = await events.first('host.verification-started', takeovers[0]?.startedAtMs ?? 0)
  expect(await events.first('host.verification-finished', begun.timeMs)).toMatchObject({ data: { lost: 0 } })
})

it('refuses to let it die again while it is down, and starts it as new', { timeout: 60_000 }, async () => {
  await expect(client.command('panic', { controller: 'a' })).rejects.toThrow('Controller A is down, so it cannot panic.')
  await client.command('restart', { controller: 'a' })
  const { controllers, host } = await client.until('both serve again', isWhole)
  expect(controllers.a).toMatchObject({ state: 'running', incarnation: 2 })
  expect(controllers.a.lastFailure).toBeUndefined()
  expect(host?.ledger.lost).toBe(0)
})
