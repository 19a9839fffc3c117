import * as fc from 'fast-check'
import { LAB_COMMANDS } from '../../../src-main/contract/lab-api'
import { hexOf, mutation, type Mutation } from './bytes'
import { jsonEdit, type JsonEdit } from './json'

/** One HTTP request as it goes over the wire, and what may be wrong with it. */
export interface HttpSpec {
  readonly method: string
  readonly path: string
  readonly token: 'right' | 'wrong' | 'none'
  readonly headers: readonly HeaderSpec[]
  readonly body: BodySpec | undefined
  /** The length that the header tells, beside the right one. */
  readonly lengthLie: number
  readonly isChunked: boolean
  readonly mutations: readonly Mutation[]
}

interface HeaderSpec {
  readonly name: string
  readonly value: string
}

type BodySpec = { readonly json: unknown; readonly edits: readonly JsonEdit[] } | { readonly hex: string } | { readonly nested: number }

/** One frame of a WebSocket. */
export interface FrameSpec {
  readonly opcode: number
  readonly isFinal: boolean
  readonly reserved: number
  readonly isMasked: boolean
  readonly lengthLie: number
  readonly payload: BodySpec
}

const PATHS = [
  ...['/', '/index.html', '/missing', '/../../etc/passwd', '/%2e%2e/%2e%2e/x', '/a%00b', '/%', '//x', '/.', '/index.html/', '/v1'],
  ...['/v1/service-requests', '/v1/service-requests', '/v1/service-requests', '/v1/service-requests?x=1', '/api/lab/', '/api/lab/snapshot'],
  ...['/api/lab/socket', '/api/lab/constructor', '/api/lab/__proto__', '*', 'http://127.0.0.1/', '/api/%6cab/snapshot', ''],
  ...Object.keys(LAB_COMMANDS).map((name) => `/api/lab/${name}`),
]

const HEADERS: readonly HeaderSpec[] = [
  { name: 'Host', value: 'example.org' },
  { name: 'Origin', value: 'http://example.org' },
  { name: 'Origin', value: 'null' },
  { name: 'Content-Type', value: 'text/plain' },
  { name: 'Content-Type', value: 'application/json;charset=utf-16' },
  { name: 'Content-Length', value: '-1' },
  { name: 'Content-Length', value: '99999999999999999999' },
  { name: 'Transfer-Encoding', value: 'gzip, chunked' },
  { name: 'Expect', value: '100-continue' },
  { name: 'Expect', value: 'nothing' },
  { name: 'Upgrade', value: 'h2c' },
  { name: 'Connection', value: 'keep-alive' },
  { name: 'Range', value: 'bytes=0-' },
  { name: 'Authorization', value: 'Bearer' },
  { name: 'Authorization', value: 'Basic eDp5' },
  { name: 'X'.repeat(300), value: 'y'.repeat(3000) },
]

const SOUND_BODIES: readonly unknown[] = [
  { id: 'one', name: 'get-array-status' },
  { id: 'two', name: 'create-volume', params: { name: 'x', group: 'r5', sizeMib: 4 } },
  { controller: 'a' },
  { workload: { requestsPerSecond: 10, readShare: 0.5, blockBytes: 4096, regionBytes: 131_072, luns: 'all' } },
  {},
]

const CALLS: readonly unknown[] = [
  { id: 1, method: 'snapshot', args: [] },
  { id: 2, method: 'access', args: [] },
  { id: 3, method: 'serviceTable', args: [] },
  { id: 4, method: 'recentEvents', args: [100] },
  { id: 5, method: 'command', args: ['kill', { controller: 'a' }] },
  { id: 6, method: 'command', args: ['start-workload', {}] },
  { id: 7, method: 'requestService', args: ['a', { id: 'x', name: 'get-array-status', params: {} }] },
  { id: 8, method: 'simulation', args: [] },
  { id: 9, method: 'simulate', args: [{ order: 'stop' }] },
]

const edits = fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(jsonEdit, { maxLength: 3 }) })

const bodyFrom = (sound: readonly unknown[]): fc.Arbitrary<BodySpec> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ json: fc.constantFrom(...sound), edits }) },
    { weight: 1, arbitrary: hexOf(200).map((hex) => ({ hex })) },
    { weight: 1, arbitrary: fc.constantFrom(31, 33, 1000, 14_000, 60_000).map((nested) => ({ nested })) },
  )

export const httpSpec: fc.Arbitrary<HttpSpec> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT', 'get', 'PRI'),
  path: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PATHS) }, { weight: 1, arbitrary: fc.webPath() }),
  token: fc.constantFrom('right', 'right', 'right', 'wrong', 'none'),
  headers: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...HEADERS), { maxLength: 3 }) },
  ),
  body: fc.option(bodyFrom(SOUND_BODIES), { freq: 3, nil: undefined }),
  lengthLie: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1, 65_536),
  isChunked: fc.constantFrom(false, false, false, true),
  mutations: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(mutation, { maxLength: 3 }) }),
})

export const frameSpec: fc.Arbitrary<FrameSpec> = fc.record({
  opcode: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 15 }) }),
  isFinal: fc.constantFrom(true, true, true, true, true, false),
  reserved: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 7),
  isMasked: fc.constantFrom(true, true, true, true, true, true, true, false),
  lengthLie: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 126, 131_072, 0x7fff_ffff),
  payload: bodyFrom(CALLS),
})
