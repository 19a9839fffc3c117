import * as fs from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { LabApi } from '../../../../src-main/contract/lab-api'
import { LAB_SOCKET_CLOSE, LAB_SOCKET_PATH } from '../../../../src-main/contract/lab-socket'
import { LIMITS } from '../../../../src-main/contract/limits'
import { startBrowserShell, type BrowserShell } from '../../../../src-main/shells/browser/server'
import { nested } from '../../../support/nested-json'

const TOKEN = 'the-right-token'
const commands: unknown[] = []
const eventListeners = new Set<(events: readonly unknown[]) => void>()
const happen = (...events: readonly unknown[]) => eventListeners.forEach((listener) => listener(events))
let refusals: [string, string][] = []
let folder: string
let shell: BrowserShell

const api = {
  snapshot: () => Promise.resolve({ sequence: 1 }),
  recentEvents: (limit: number) => {
    // Something happens while the past is looked up, and is part of it already.
    if (limit === 7) happen({ id: 7 }, { id: 8 })
    return Promise.resolve([{ id: limit }])
  },
  serviceTable: () => Promise.reject(new Error('nobody serves')),
  command: (name: string, parameters: unknown) => {
    commands.push([name, parameters])
    return Promise.resolve(
      name === 'hang' ? { ok: false, error: { code: 'not-possible-now', message: 'down' } } : { ok: true, value: null },
    )
  },
  onSnapshot: (listener: (value: unknown) => void) => {
    listener({ sequence: 2 })
    return () => undefined
  },
  onEvents: (listener: (events: readonly unknown[]) => void) => {
    eventListeners.add(listener)
    return () => void eventListeners.delete(listener)
  },
  onSimulation: () => () => undefined,
  onExercises: () => () => undefined,
  onClassroom: () => () => undefined,
} as unknown as LabApi

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'browser-shell-'))
  fs.mkdirSync(path.join(folder, 'page'))
  fs.writeFileSync(path.join(folder, 'page', 'index.html'), '<p>lab</p>')
  fs.writeFileSync(path.join(folder, 'secret'), 'secret')
  shell = await startBrowserShell({
    api,
    token: TOKEN,
    port: 0,
    pageFolder: path.join(folder, 'page'),
    refused: (remote, text) => refusals.push([remote, text]),
  })
})
afterAll(async () => {
  await shell.close()
  fs.rmSync(folder, { recursive: true })
})

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function ask({
  method = 'GET',
  path: asked = '/',
  headers = {},
  body,
}: Asked): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(shell.url)
    const sent = request({ host: '127.0.0.1', port, method, path: asked, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const bearer = { authorization: `Bearer ${TOKEN}` }
const json = { ...bearer, 'content-type': 'application/json' }

describe('the page', () => {
  it('comes with a strict policy and needs no token', async () => {
    const { status, headers, text } = await ask({})
    expect([status, text]).toEqual([200, '<p>lab</p>'])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['set-cookie']).toBeUndefined()
  })

  it.each(['/../secret', '/%2e%2e/secret', '//secret', '/nothing'])('serves nothing outside its folder: %s', async (asked) => {
    expect((await ask({ path: asked })).status).toBe(404)
  })

  it('is not for other names or sites', async () => {
    expect((await ask({ headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await ask({ headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect((await ask({ headers: { origin: shell.url } })).status).toBe(200)
    expect((await ask({ method: 'POST' })).status).toBe(405)
  })
})

/** What was refused meanwhile, without the port that each came from. */
async function refusalsOf(work: () => Promise<unknown>): Promise<string[]> {
  refusals = []
  await work()
  for (const [remote] of refusals) expect(remote).toMatch(/^127\.0\.0\.1:\d+$/)
  return refusals.map(([, text]) => text)
}

describe('refusals', () => {
  const snapshot = '/api/lab/snapshot'

  it.each([
    ['The header "Authorization: Bearer <token>" is missing.', {}],
    ['The token is wrong.', { authorization: 'Bearer wrong' }],
    ['The Origin header names another site.', { ...bearer, origin: 'http://evil.example' }],
    ['The Host header does not match this address.', { ...bearer, host: 'evil.example' }],
  ])('are told of: %s', async (text, headers) => {
    expect(await refusalsOf(() => ask({ path: snapshot, headers }))).toEqual([text])
  })

  it('are none where the token is right', async () => {
    expect(await refusalsOf(() => ask({ path: snapshot, headers: bearer }))).toEqual([])
  })
})

describe('commands over HTTP', () => {
  it('need the right token', async () => {
    expect((await ask({ path: '/api/lab/snapshot' })).status).toBe(401)
    expect((await ask({ path: '/api/lab/snapshot', headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    expect((await ask({ path: '/api/lab/snapshot', headers: { authorization: `Basic ${TOKEN}` } })).status).toBe(401)
    expect(await ask({ path: '/api/lab/snapshot', headers: bearer })).toMatchObject({ status: 200, text: '{"sequence":1}' })
  })

  it('refuse other sites even with the token', async () => {
    expect((await ask({ path: '/api/lab/kill', method: 'POST', headers: { ...json, origin: 'null' }, body: '{}' })).status).toBe(403)
  })

  it('run, and say why they cannot', async () => {
    expect((await ask({ path: '/api/lab/kill', method: 'POST', headers: json, body: '{"controller":"a"}' })).status).toBe(200)
    expect((await ask({ path: '/api/lab/stop-workload', method: 'POST', headers: bearer })).status).toBe(200)
    expect((await ask({ path: '/api/lab/hang', method: 'POST', headers: json, body: '{"controller":"a"}' })).status).toBe(409)
    expect(commands).toEqual([
      ['kill', { controller: 'a' }],
      ['stop-workload', {}],
      ['hang', { controller: 'a' }],
    ])
  })

  it.each([
    [404, { path: '/api/lab/explode', method: 'POST', headers: json, body: '{}' }],
    [404, { path: '/api/lab/constructor', method: 'POST', headers: json, body: '{}' }],
    [405, { path: '/api/lab/kill', headers: json }],
    [405, { path: '/api/lab/snapshot', method: 'POST', headers: json, body: '{}' }],
    [415, { path: '/api/lab/kill', method: 'POST', headers: { ...bearer, 'content-type': 'text/plain' }, body: '{}' }],
    [400, { path: '/api/lab/kill', method: 'POST', headers: json, body: '{' }],
    [413, { path: '/api/lab/kill', method: 'POST', headers: json, body: `"${'x'.repeat(65 * 1024)}"` }],
  ])('answers %i to %j', async (status, asked) => {
    const answer = await ask(asked)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ error: { message: expect.any(String) as string } })
  })
})

describe('the stream of events', () => {
  /** Reads it until so many lines are there. */
  async function lines(count: number, query = '', meanwhile: () => void = () => undefined): Promise<unknown[]> {
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${shell.url}/api/lab/events${query}`, { headers: bearer }, resolve)
      sent.on('error', reject)
      sent.end()
    })
    meanwhile()
    let text = ''
    for await (const piece of stream) {
      text += String(piece)
      if (text.split('\n').length > count) break
    }
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }
  it('has each event on a line, as it happens', async () => {
    expect(await lines(2, '', () => happen({ id: 1 }, { id: 2 }))).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('begins with what has happened, and tells nothing twice', async () => {
    expect(await lines(2, '?recent=7')).toEqual([{ id: 7 }, { id: 8 }])
  })

  it('forgets a reader that has gone', async () => {
    await lines(1, '', () => happen({ id: 1 }))
    await expect.poll(() => eventListeners.size).toBe(0)
  })

  it('has room for so many readers, and says so to the next', async () => {
    const readers = await Promise.all(
      Array.from({ length: LIMITS.eventStreams }, () => {
        return new Promise<IncomingMessage>((resolve, reject) => {
          const sent = request(`${shell.url}/api/lab/events`, { headers: bearer, agent: false }, resolve)
          sent.on('error', reject)
          sent.end()
        })
      }),
    )
    expect(await ask({ path: '/api/lab/events', headers: bearer })).toMatchObject({ status: 429 })
    for (const reader of readers) reader.destroy()
    await expect.poll(() => eventListeners.size).toBe(0)
    expect(await lines(1, '', () => happen({ id: 3 }))).toEqual([{ id: 3 }])
  })

  it('loses a reader that does not read, and keeps none of what it missed', async () => {
    const reader = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${shell.url}/api/lab/events`, { headers: bearer, agent: false }, resolve)
      sent.on('error', reject)
      sent.end()
    })
    reader.on('error', () => undefined)
    reader.pause()
    const long = { id: 1, text: 'x'.repeat(1024 * 1024) }
    for (let sent = 0; sent < 64 && eventListeners.size > 0; sent++) {
      happen(long)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(eventListeners.size).toBe(0)
    reader.destroy()
  })

  it('needs the token, and GET', async () => {
    expect((await ask({ path: '/api/lab/events' })).status).toBe(401)
    expect((await ask({ path: '/api/lab/events', method: 'POST', headers: json, body: '{}' })).status).toBe(405)
  })
})

describe('without a page', () => {
  it('programs are answered, and browsers are told how to get one', async () => {
    const bare = await startBrowserShell({ api, token: TOKEN, port: 0, pageFolder: undefined, refused: () => undefined })
    const snapshot = await fetch(`${bare.url}/api/lab/snapshot`, { headers: bearer })
    expect(await snapshot.json()).toEqual({ sequence: 1 })
    const page = await fetch(bare.url)
    expect(page.status).toBe(404)
    expect(await page.json()).toMatchObject({ error: { message: expect.stringContaining('--http') as string } })
    await bare.close()
  })
})

describe('the socket', () => {
  function open(options: { origin?: string | undefined; path?: string } = {}) {
    const { port } = new URL(shell.url)
    const origin = 'origin' in options ? options.origin : shell.url
    const socket = new WebSocket(`ws://127.0.0.1:${port}${options.path ?? LAB_SOCKET_PATH}`, origin === undefined ? {} : { origin })
    const messages: unknown[] = []
    const waiting: ((message: unknown) => void)[] = []
    socket.on('message', (data) => {
      const message: unknown = JSON.parse((data as Buffer).toString('utf8'))
      const taker = waiting.shift()
      if (taker === undefined) messages.push(message)
      else taker(message)
    })
    const next = () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => waiting.push(resolve)))
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    return { socket, next, opened, closed, say: (message: unknown) => socket.send(JSON.stringify(message)) }
  }

  it('welcomes the token, pushes, and answers calls', async () => {
    const { opened, next, say, socket } = open()
    await opened
    say({ token: TOKEN })
    expect(await next()).toEqual({ welcome: true })
    expect(await next()).toEqual({ push: 'snapshot', value: { sequence: 2 } })
    say({ id: 1, method: 'recentEvents', args: [5] })
    expect(await next()).toEqual({ id: 1, result: [{ id: 5 }] })
    say({ id: 2, method: 'serviceTable', args: [] })
    expect(await next()).toEqual({ id: 2, error: 'nobody serves' })
    socket.close()
  })

  it.each([
    [{ token: 'wrong' }, 'The token of a page is wrong.'],
    [{ id: 1, method: 'snapshot', args: [] }, 'The first message of a page is no hello.'],
    ['x', 'The first message of a page is no hello.'],
  ])('ends with a wrong token for %j, which is told', async (hello, text) => {
    const told = await refusalsOf(async () => {
      const { opened, closed, say } = open()
      await opened
      say(hello)
      expect(await closed).toBe(LAB_SOCKET_CLOSE.wrongToken)
    })
    expect(told).toEqual([text])
  })

  it('of another site is told of', async () => {
    const told = await refusalsOf(() => expect(open({ origin: 'http://evil.example' }).opened).rejects.toThrow('403'))
    expect(told).toEqual(['The Origin header names another site.'])
  })

  it.each([
    { id: 1, method: 'eval', args: [] },
    { id: 1, method: 'command', args: ['explode', {}] },
    { id: 1, method: 'snapshot', args: [1] },
  ])('ends when it is told %j', async (call) => {
    const { opened, closed, say } = open()
    await opened
    say({ token: TOKEN })
    say(call)
    expect(await closed).toBe(LAB_SOCKET_CLOSE.badMessage)
  })

  it('is welcome while others have opened more than there may be, without a hello', async () => {
    const silent = Array.from({ length: LIMITS.labSockets + 5 }, () => open())
    await Promise.all(silent.map(({ opened }) => opened))
    const { opened, next, say, socket } = open()
    await opened
    say({ token: TOKEN })
    expect(await next()).toEqual({ welcome: true })
    expect(await silent[0]?.closed).toBe(1006)
    for (const one of silent) one.socket.terminate()
    socket.close()
  })

  it('is refused where all others are in use', async () => {
    const used = Array.from({ length: LIMITS.labSockets }, () => open())
    for (const one of used) {
      await one.opened
      one.say({ token: TOKEN })
      expect(await one.next()).toEqual({ welcome: true })
    }
    await expect(open().opened).rejects.toThrow('Unexpected server response: 503')
    for (const { socket, closed } of used) {
      socket.close()
      await closed
    }
  })

  it('ends when it is told something that is nested too deep', async () => {
    const { opened, closed, say } = open()
    await opened
    say({ token: TOKEN })
    say({ id: 1, method: 'command', args: ['kill', JSON.parse(nested(1000)) as unknown] })
    expect(await closed).toBe(LAB_SOCKET_CLOSE.badMessage)
  })

  it.each([{ origin: 'http://evil.example' }, { origin: undefined }, { path: '/api/lab/other' }])(
    'is not opened for %j',
    async (options) => {
      await expect(open(options).opened).rejects.toThrow(/Unexpected server response: 40[34]/)
    },
  )
})
