import { describe, expect, it, vi } from 'vitest'
import { createLabCalls } from '../../src-main/shells/electron/lab-calls'
import { isPageUrl, PAGE_URL } from '../../src-main/shells/electron/page-origin'
import { createFakeLab } from '../support/fake-lab'

const OWN = { url: PAGE_URL, parent: null }
const SNAPSHOT = { id: 1, method: 'snapshot', args: [] }

function calls() {
  const { api } = createFakeLab()
  const watched = Object.fromEntries(Object.entries(api).map(([name, run]) => [name, vi.fn(run as () => unknown)])) as unknown as typeof api
  return { api: watched, call: createLabCalls({ api: watched, pageUrl: PAGE_URL }) }
}

function requestWith(deep: unknown): unknown {
  return { id: 1, method: 'requestService', args: ['a', { id: 'x', name: 'y', params: { deep } }] }
}

function nestedArrays(depth: number): unknown {
  let value: unknown = []
  for (let level = 1; level < depth; level++) value = [value]
  return value
}

function circle(): unknown {
  const itself: unknown[] = []
  itself.push(itself, itself)
  return itself
}

describe('calls of the window', () => {
  it('are answered for the lab’s own page', async () => {
    const { call } = calls()
    await expect(call(OWN, SNAPSHOT)).resolves.toHaveProperty('result.lab')
    await expect(call(OWN, { id: 2, method: 'command', args: ['kill', { controller: 'a' }] })).resolves.toEqual({
      result: { ok: true, value: null },
    })
  })

  it.each([
    ['a frame that is gone', null],
    ['a frame inside the page', { url: PAGE_URL, parent: {} }],
    ['another page', { url: 'https://example.com/', parent: null }],
    ['a page of a file', { url: 'file:///lab/index.html', parent: null }],
    ['another host of the scheme', { url: 'app://lab.example/index.html', parent: null }],
    ['a host that only begins like it', { url: 'app://lab@example/index.html', parent: null }],
    ['the host under another scheme', { url: 'http://lab/index.html', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['no address', { url: '', parent: null }],
  ])('are refused for %s', async (_name, frame) => {
    const { api, call } = calls()
    await expect(call(frame, SNAPSHOT)).resolves.toEqual({ error: 'Only the window of the lab may call it.' })
    expect(api.snapshot).not.toHaveBeenCalled()
  })

  it.each([
    ['nothing', undefined],
    ['text', 'snapshot'],
    ['a list', [1, 'snapshot', []]],
    ['an unknown method', { id: 1, method: 'close', args: [] }],
    ['a method of every object', { id: 1, method: 'constructor', args: [] }],
    ['__proto__', { id: 1, method: '__proto__', args: [] }],
    ['a subscription', { id: 1, method: 'onSnapshot', args: [] }],
    ['too many arguments', { id: 1, method: 'snapshot', args: [1] }],
    ['a limit that is no count', { id: 1, method: 'recentEvents', args: [-1] }],
    ['a limit that is text', { id: 1, method: 'recentEvents', args: ['10'] }],
    ['an unknown command', { id: 1, method: 'command', args: ['format', {}] }],
    ['a third controller', { id: 1, method: 'requestService', args: ['c', { id: 'x', name: 'y' }] }],
    ['parameters of a request that are nested too deep', requestWith(nestedArrays(14_000))],
    ['parameters that contain themselves', requestWith(circle())],
    ['a request without an id', { id: 1, method: 'requestService', args: ['a', { name: 'y' }] }],
    ['a request with more than there is', { id: 1, method: 'requestService', args: ['a', { id: 'x', name: 'y', receivedBy: 'b' }] }],
    ['a recording by a path', { id: 1, method: 'giveRecording', args: [{ name: '../x', byteCount: 1, at: 0, base64: 'AA==' }] }],
    ['a recording without end', { id: 1, method: 'giveRecording', args: [{ name: 'x', byteCount: 2 ** 40, at: 0, base64: 'AA==' }] }],
    ['an export of no known format', { id: 1, method: 'exportRun', args: [{ order: 'export', format: 'exe', language: 'en', notes: '' }] }],
    [
      'notes without end',
      { id: 1, method: 'exportRun', args: [{ order: 'export', format: 'report', language: 'en', notes: 'x'.repeat(8001) }] },
    ],
    ['a file to save', { id: 1, method: 'saveFile', args: [{ name: 'x.html', bytes: new Uint8Array() }] }],
    ['a field too many', { ...SNAPSHOT, channel: 'lab:call' }],
  ])('are refused with %s', async (_name, payload) => {
    const { api, call } = calls()
    await expect(call(OWN, payload)).resolves.toEqual({ error: 'The lab does not understand this call.' })
    for (const method of Object.values(api)) expect(method).not.toHaveBeenCalled()
  })

  it('are bounded in number', async () => {
    const { api } = calls()
    const never = { ...api, snapshot: () => new Promise<never>(() => undefined) }
    const call = createLabCalls({ api: never, pageUrl: PAGE_URL })
    for (let n = 0; n < 256; n++) void call(OWN, SNAPSHOT)
    await expect(call(OWN, SNAPSHOT)).resolves.toEqual({ error: 'Too many calls are in progress.' })
  })

  it('answer with a sentence, never with a stack', async () => {
    const { api } = calls()
    const failing = { ...api, snapshot: () => Promise.reject(new Error('no')) }
    await expect(createLabCalls({ api: failing, pageUrl: PAGE_URL })(OWN, SNAPSHOT)).resolves.toEqual({ error: 'no' })
  })
})

describe('the page of the development server', () => {
  it('is told apart by host and port', () => {
    expect(isPageUrl('http://localhost:5173/index.html', 'http://localhost:5173')).toBe(true)
    expect(isPageUrl('http://localhost:5174/', 'http://localhost:5173')).toBe(false)
    expect(isPageUrl('https://localhost:5173/', 'http://localhost:5173')).toBe(false)
    expect(isPageUrl('http://user@localhost:5173/', 'http://localhost:5173')).toBe(false)
  })
})
