import { createConnection } from 'node:net'
import { expect, it } from 'vitest'
import { serviceHandler } from '../../../support/service-handler'
import type { FlightRecord } from '../../../../src-main/contract/flight'
import { listenOn, probePort } from '../../../../src-main/platform/listener'
import { createManagementServer } from '../../../../src-main/platform/management-http'
import { Reactor } from '../../../../src-main/platform/reactor'
import { flightBench } from '../../../support/flight'

const host = '127.0.0.1'

/** Sends them over one connection, each when the one before is answered, and gives all that came back until the other side closed. */
function talk(port: number, texts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port })
    const waiting = [...texts]
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (piece: string) => {
      answer += piece
      const next = waiting.shift()
      if (next !== undefined) socket.write(next)
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.write(waiting.shift() ?? '')
  })
}

it('HTTP of a management address is recorded: the first line and the true length of each request and answer, and no token', async () => {
  const { log, records } = flightBench()
  const port = (await probePort({ host, port: 0 })) ?? 0
  const management = createManagementServer({
    of: 'b',
    token: 'secret-token',
    address: { host, port },
    reactor: new Reactor(),
    service: serviceHandler({
      self: 'b',
      serve: (_, __, answer) => setImmediate(() => answer({ id: 'r1', receivedBy: 'b', servedBy: 'b', route: [], result: [] })),
    }),
    flight: log,
  })
  const error = await new Promise((resolve) => listenOn(management.server, { host, port }, resolve))
  expect(error).toBeUndefined()
  const body = JSON.stringify({ id: 'r1', name: 'get-array-status' })
  const headers = `host: ${host}:${port}\r\nauthorization: Bearer secret-token\r\n`
  const post =
    `POST /v1/service-requests?secret-token HTTP/1.1\r\n${headers}content-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`
  const get = `GET /nowhere HTTP/1.1\r\n${headers}connection: close\r\n\r\n`
  const sent = post + get
  const answered = await talk(port, [post, get])
  await new Promise<void>((resolve) => management.close(resolve))

  const found = records()
  expect(found[0]).toMatchObject({ kind: 'connection', action: 'opened', address: 'management-b', own: { port } })
  expect(found.at(-1)).toMatchObject({ kind: 'connection', action: 'closed', position: sent.length, sentPosition: answered.length })
  const texts = (action: string) => found.flatMap((record) => (record.kind === 'http' && record.action === action ? [record.text] : []))
  expect(texts('received').join('')).toBe('POST /v1/service-requests HTTP/1.1\r\nGET /nowhere HTTP/1.1\r\n')
  expect(texts('sent')).toEqual(['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 404 Not Found\r\n'])
  expect(bytesOf(found, 'sent')).toBe(answered.length)
  expect(bytesOf(found, 'received')).toBe(sent.length)
})

function bytesOf(records: readonly FlightRecord[], action: string): number {
  return records.reduce((sum, record) => sum + (record.kind === 'http' && record.action === action ? record.byteCount : 0), 0)
}
