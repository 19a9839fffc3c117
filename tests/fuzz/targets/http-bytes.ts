import { randomFillSync } from 'node:crypto'
import { mutate } from '../generators/bytes'
import type { FrameSpec, HttpSpec } from '../generators/http'
import { edited } from '../generators/json'

export interface Address {
  readonly port: number
  readonly token: string
}

/** A request as bytes. */
export function requestBytes(spec: HttpSpec, { port, token }: Address): Uint8Array {
  const { method, path, token: given, headers, body, lengthLie, isChunked, mutations } = spec
  const content = body === undefined ? undefined : contentOf(body)
  const own = [
    `Host: 127.0.0.1:${port}`,
    'Connection: close',
    ...(given === 'none' ? [] : [`Authorization: Bearer ${given === 'right' ? token : `${token}x`}`]),
    ...(content === undefined ? [] : ['Content-Type: application/json', lengthHeader(content, lengthLie, isChunked)]),
    ...headers.map(({ name, value }) => `${name}: ${value}`),
  ]
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${own.join('\r\n')}\r\n\r\n`)
  const bytes = new Uint8Array(Buffer.concat([head, content === undefined ? Buffer.alloc(0) : bodyBytes(content, isChunked)]))
  for (const one of mutations) mutate(bytes, one)
  return bytes
}

function lengthHeader(content: Buffer, lie: number, isChunked: boolean): string {
  return isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length + lie}`
}

function bodyBytes(content: Buffer, isChunked: boolean): Buffer {
  if (!isChunked) return content
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n0\r\n\r\n')])
}

function contentOf(body: NonNullable<HttpSpec['body']>): Buffer {
  if ('hex' in body) return Buffer.from(body.hex, 'hex')
  if ('nested' in body) return Buffer.from('['.repeat(body.nested) + ']'.repeat(body.nested))
  return Buffer.from(JSON.stringify(edited(body.json, body.edits)) ?? '')
}

/** What a browser sends to begin a WebSocket. */
export function upgradeBytes({ port }: Address): Uint8Array {
  const lines = [
    'GET /api/lab/socket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  return new Uint8Array(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
}

export function helloFrame(token: string): Uint8Array {
  const hello = { opcode: 1, isFinal: true, reserved: 0, isMasked: true, lengthLie: 0 }
  return frameBytes({ ...hello, payload: { json: { token }, edits: [] } })
}

/** RFC 6455 §5.2. */
export function frameBytes({ opcode, isFinal, reserved, isMasked, lengthLie, payload }: FrameSpec): Uint8Array {
  const content = contentOf(payload)
  const length = content.length + lengthLie
  const head = [(isFinal ? 0x80 : 0) | (reserved << 4) | opcode]
  const mask = isMasked ? 0x80 : 0
  if (length < 126) head.push(mask | length)
  else if (length < 65_536) head.push(mask | 126, length >>> 8, length & 0xff)
  else head.push(mask | 127, 0, 0, 0, 0, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff)
  const key = new Uint8Array(isMasked ? 4 : 0)
  randomFillSync(key)
  const masked = isMasked ? content.map((byte, index) => byte ^ (key[index & 3] ?? 0)) : content
  return new Uint8Array(Buffer.concat([Buffer.from(head), key, masked]))
}
