import { request } from 'node:http'
import { createConnection, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import type { ServiceAnswer, ServiceRequest } from '../../../src-main/contract/service-request'
import { listenOn, probePort } from '../../../src-main/platform/listener'
import { createManagementServer } from '../../../src-main/platform/management-http'
import { Reactor } from '../../../src-main/platform/reactor'
import { serviceHandler } from '../../support/service-handler'
import { nested } from '../../support/nested-json'

const host = '127.0.0.1'
const served: unknown[] = []
const refused: string[] = []
let port: number
let close: () => Promise<void>

beforeAll(async () => {
  port = (await probePort({ host, port: 0 })) ?? 0
  const management = createManagementServer({
    of: 'a',
    token: 'secret',
    address: { host, port },
    reactor: new Reactor(),
    service: serviceHandler({
      self: 'b',
      refused: (of, remote, message) => void refused.push(`${of} ${remote.split(':')[0]} ${message}`),
      table: () => ({ requests: [{ name: 'volumes', kind: 'monitoring', summary: 'Lists volumes.', parameters: [] }] }),
      serve(of, incoming, answer) {
        served.push(incoming)
        setImmediate(() => answer(answerTo(of, incoming as ServiceRequest)))
      },
    }),
  })
  await new Promise<void>((resolve, reject) =>
    listenOn(management.server, { host, port }, (error) => (error === undefined ? resolve() : reject(new Error(error)))),
  )
  close = () => new Promise((resolve) => management.close(resolve))
})
afterAll(() => close())

function answerTo(of: string, { id, name }: ServiceRequest): ServiceAnswer {
  return name === 'volumes'
    ? { id, receivedBy: 'b', servedBy: 'b', route: [`management-${of}`, 'controller-b'], result: [] }
    : { id, receivedBy: 'b', error: { code: 'unknown-request', message: `There is no request "${name}".`, field: 'name' } }
}

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** False: sends no `Authorization`. */
  readonly isBearer?: boolean
}

function ask({
  method = 'POST',
  path = '/v1/service-requests',
  headers = {},
  body,
  isBearer = true,
}: Asked): Promise<{ status: number; json: unknown }> {
  const all = {
    ...(isBearer ? { authorization: 'Bearer secret' } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, headers: all, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      const isJson = response.headers['content-type']?.startsWith('application/json') === true
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: isJson ? (JSON.parse(text) as unknown) : text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('management port', () => {
  it('lists the table and serves requests', async () => {
    expect(await ask({ method: 'GET' })).toMatchObject({ status: 200, json: { requests: [{ name: 'volumes' }] } })
    expect(await ask({ body: '{"id":"1","name":"volumes"}' })).toEqual({
      status: 200,
      json: { id: '1', receivedBy: 'b', servedBy: 'b', route: ['management-a', 'controller-b'], result: [] },
    })
    expect(served.at(-1)).toEqual({ id: '1', name: 'volumes' })
  })

  it('describes itself as OpenAPI, and tells measurements', async () => {
    expect(await ask({ method: 'GET', path: '/v1/openapi.json' })).toMatchObject({
      status: 200,
      json: { openapi: '3.1.0', components: { schemas: { Volumes: { title: 'volumes' } } } },
    })
    const metrics = await ask({ method: 'GET', path: '/metrics' })
    expect(metrics).toMatchObject({ status: 200, json: expect.stringContaining('takeover_lab_answered_by{controller="b"} 1') as string })
  })

  it('gives the errors of requests with a status', async () => {
    expect(await ask({ body: '{"id":"2","name":"explode","params":{}}' })).toMatchObject({
      status: 404,
      json: { id: '2', receivedBy: 'b', error: { code: 'unknown-request' } },
    })
  })

  it.each([
    [401, { headers: { authorization: 'Bearer wrong' } }],
    [401, { headers: { authorization: 'secret' } }],
    [403, { headers: { host: 'evil.example' } }],
    [403, { headers: { origin: 'http://evil.example' } }],
    [404, { path: '/' }],
    [405, { method: 'DELETE' }],
    [405, { method: 'POST', path: '/metrics', body: '{}' }],
    [401, { method: 'GET', path: '/metrics', headers: { authorization: 'Bearer wrong' } }],
    [404, { method: 'GET', path: '/metrics/x' }],
    [404, { method: 'GET', path: '/redfish/v1/Systems' }],
    [405, { method: 'PATCH', path: '/redfish/v1/Storage/array', body: '{}' }],
    [401, { method: 'GET', path: '/redfish/v1/Storage', headers: { authorization: '', 'x-auth-token': 'secret' } }],
    [401, { method: 'GET', path: '/redfish/v1/Storage', isBearer: false }],
    [403, { method: 'GET', path: '/redfish/v1', isBearer: false, headers: { host: 'evil.example' } }],
    [415, { body: '{}', headers: { 'content-type': 'text/plain' } }],
    [400, { body: '{' }],
    [413, { body: `"${'x'.repeat(70_000)}"` }],
  ])('answers %i to %j', async (status, asked) => {
    const answer = await ask(asked)
    expect(answer).toMatchObject({ status, json: { receivedBy: 'b', error: { message: expect.any(String) as string } } })
  })

  it('gives the root of Redfish to all, and the rest to who has the token, as Redfish clients send it', async () => {
    const read = (path: string, headers = {}) => ask({ method: 'GET', path, headers, isBearer: false })
    expect(await read('/redfish/v1/')).toMatchObject({ status: 200, json: { Id: 'RootService' } })
    expect(await read('/redfish/v1/Storage', { 'x-auth-token': 'secret' })).toMatchObject({ status: 200, json: { Name: 'Storage' } })
    expect(await read('/redfish/v1/Storage', { 'x-auth-token': 'wrong' })).toMatchObject({ status: 401 })
  })

  it('tells the controller of a wrong token, and of a foreign page', async () => {
    refused.length = 0
    await ask({ headers: { authorization: 'Bearer wrong' } })
    await ask({ headers: { origin: 'http://evil.example' } })
    await ask({ path: '/' })
    expect(refused).toHaveLength(2)
    expect(refused[0]).toBe('a 127.0.0.1 The token is wrong.')
  })

  it('refuses what is nested too deep', async () => {
    const before = served.length
    const answer = await ask({ body: `{"id":"1","name":"x","params":{"deep":${nested(14_000)}}}` })
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { code: 'bad-request', message: expect.stringContaining('nested') as string } },
    })
    expect(served).toHaveLength(before)
  })

  it('answers while others hold more connections than there may be, and send slowly or nothing', async () => {
    const slow: Socket[] = []
    while (slow.length < LIMITS.httpConnections + 50) slow.push(...(await openSlow(30)))
    expect(await ask({ body: '{"id":"1","name":"volumes"}' })).toMatchObject({ status: 200 })
    for (const socket of slow) socket.destroy()
  })
})

/** No more at once than the system queues for the server, or they would not be open there. Every other one begins a request. */
async function openSlow(count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => createConnection({ host, port }))
  await Promise.all(
    sockets.map((socket, index) => {
      socket.on('error', () => undefined)
      return new Promise<void>((resolve) =>
        socket.once('connect', () => {
          if (index % 2 === 0) socket.write('POST /v1/service-requests HTTP/1.1\r\nHost:')
          resolve()
        }),
      )
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, 10))
  return sockets
}
