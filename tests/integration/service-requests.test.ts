/** Service requests on both management ports, and what is refused there and at the lab's own commands. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpJson, isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'service-requests-'))
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drives', '4', '--drive-mib', '16', '--no-workload', ...ANY_PORTS],
  })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

describe('both controllers', () => {
  it('list the same table', async () => {
    const tables = await Promise.all(
      (['a', 'b'] as const).map((side) => httpJson(`${lab.ready.management[side]}/v1/service-requests`, { token: lab.ready.token })),
    )
    expect(tables[0]).toEqual(tables[1])
    const { requests } = tables[0]?.json as { requests: { name: string; kind: string }[] }
    expect(new Set(requests.map(({ kind }) => kind))).toEqual(new Set(['monitoring', 'configuration', 'management']))
  })

  it('serve what they receive, or forward it to the owner, as the scheme says', async () => {
    for (const to of ['a', 'b'] as const) {
      expect(await client.service(to, 'get-array-status')).toMatchObject({
        receivedBy: to,
        servedBy: to,
        route: [`management-${to}`, `controller-${to}`],
      })
    }
    expect(await client.service('b', 'set-dispatch-scheme', { scheme: 'forward-to-owner' })).toHaveProperty('result')
    expect(await client.service('b', 'get-array-status')).toMatchObject({
      receivedBy: 'b',
      servedBy: 'a',
      route: ['management-b', 'controller-b', 'interconnect', 'controller-a'],
    })
    expect(await client.service('a', 'get-array-status')).toMatchObject({ receivedBy: 'a', servedBy: 'a' })
    expect(await client.service('a', 'set-dispatch-scheme', { scheme: 'serve-locally' })).toHaveProperty('result')
  })

  it('give the first result when the same id comes again, also by the other one and after a takeover', async () => {
    const name = (text: string) => ({ volume: 'bravo', name: text })
    const first = await client.service('a', 'rename-volume', name('once'), 'rename-1')
    expect(first).toMatchObject({ id: 'rename-1', result: expect.anything() as unknown })
    const again = await client.service('b', 'rename-volume', name('once'), 'rename-1')
    expect(again).toMatchObject({ result: 'result' in first ? first.result : undefined })
    await client.command('kill', { controller: 'a' })
    await client.until('B has taken over', isTakenOver('b'))
    const afterTakeover = await client.service('a', 'rename-volume', name('once'), 'rename-1')
    expect(afterTakeover).toMatchObject({ result: 'result' in first ? first.result : undefined })
    expect(await client.service('a', 'get-array-status')).toMatchObject({ receivedBy: 'b', servedBy: 'b' })
    await client.command('restart', { controller: 'a' })
    await client.until('A is back', isWhole)
  })

  it('refuse what makes no sense, with a code, a sentence and the field, and change nothing', async () => {
    const { array } = await client.snapshot()
    expect(await client.service('b', 'explode')).toMatchObject({ error: { code: 'unknown-request' } })
    expect(await client.service('b', 'rename-volume', { volume: 'bravo', name: '' })).toMatchObject({
      error: { code: 'bad-parameter', field: 'name' },
    })
    expect(await client.service('a', 'rename-volume', { volume: 'nobody', name: 'x' })).toMatchObject({
      error: { code: 'not-found', field: 'volume' },
    })
    expect((await client.snapshot()).array?.configuration).toEqual(array?.configuration)
  })
})

describe('strangers', () => {
  const paths = () => [
    `${lab.ready.management.a}/v1/service-requests`,
    `${lab.ready.management.b}/v1/service-requests`,
    `${lab.ready.http}/api/lab/snapshot`,
  ]

  it('are refused without the right token', async () => {
    for (const url of paths()) {
      expect((await httpJson(url, {})).status).toBe(401)
      expect((await httpJson(url, { token: 'wrong' })).status).toBe(401)
      expect((await httpJson(url, { token: `${lab.ready.token}x` })).status).toBe(401)
    }
  })

  it('are refused under other names and from other sites', async () => {
    for (const url of paths()) {
      expect((await httpJson(url, { token: lab.ready.token, headers: { host: 'lab.example' } })).status).toBe(403)
      expect((await httpJson(url, { token: lab.ready.token, headers: { origin: 'https://lab.example' } })).status).toBe(403)
    }
  })

  it('reach nothing but loopback', async () => {
    const { managementUrl, portalAddress } = (await client.snapshot()).controllers.a
    expect(new URL(managementUrl).hostname).toBe('127.0.0.1')
    expect(portalAddress).toMatch(/^127\.0\.0\.1:/)
  })
})

describe('lab commands', () => {
  it('say what is not possible', async () => {
    const { http, token } = lab.ready
    expect(await httpJson(`${http}/api/lab/mend-interconnect`, { token, body: {} })).toMatchObject({
      status: 409,
      json: { error: { code: 'not-possible-now' } },
    })
    expect(await httpJson(`${http}/api/lab/kill`, { token, body: { controller: 'c' } })).toMatchObject({
      status: 400,
      json: { error: { code: 'bad-command', field: 'controller', message: '"controller" must be "a" or "b".' } },
    })
    expect(await httpJson(`${http}/api/lab/start-workload`, { token, body: { workload: { requestsPerSecond: -1 } } })).toMatchObject({
      status: 400,
    })
    expect(await httpJson(`${http}/api/lab/kill`, { token, body: '{"controller"' })).toMatchObject({ status: 400 })
  })
})
