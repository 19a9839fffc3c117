import { timingSafeEqual, createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson } from '../contract/json'

/** What every HTTP server of the lab checks before it looks at a request. */

export interface HttpRefusal {
  readonly status: 401 | 403
  readonly code: 'forbidden' | 'unauthorized'
  readonly message: string
}

/**
 * Checks Host and Origin, to refuse a page of another site that found the port (DNS rebinding, a form). Programs send no
 * Origin. A browser that shows our own page sends ours.
 */
export function refuseForeign(request: IncomingMessage, port: number): HttpRefusal | undefined {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  if (host === undefined || !own.includes(host.toLowerCase()))
    return { status: 403, code: 'forbidden', message: 'The Host header does not match this address.' }
  if (origin !== undefined && !own.some((name) => origin === `http://${name}`)) {
    return { status: 403, code: 'forbidden', message: 'The Origin header names another site.' }
  }
  return undefined
}

/** As a bearer token (RFC 6750), or as Redfish clients send it, in `X-Auth-Token` (DSP0266). */
export function refuseWithoutToken(request: IncomingMessage, token: string): HttpRefusal | undefined {
  const { authorization, 'x-auth-token': ofRedfish } = request.headers
  if (authorization === undefined && typeof ofRedfish === 'string' && isToken(ofRedfish, token)) return undefined
  if (authorization === undefined)
    return { status: 401, code: 'unauthorized', message: 'The header "Authorization: Bearer <token>" is missing.' }
  const [scheme, given = ''] = authorization.split(' ', 2)
  if (scheme?.toLowerCase() !== 'bearer' || !isToken(given, token))
    return { status: 401, code: 'unauthorized', message: 'The token is wrong.' }
  return undefined
}

/** Takes the same time however much of the token is right. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  send(response, status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers })
}

export function sendText(response: ServerResponse, contentType: string, text: string): void {
  send(response, 200, text, { 'content-type': contentType })
}

function send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>>): void {
  const bytes = Buffer.from(text)
  response.writeHead(status, {
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(bytes)
}

export type JsonBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly status: 400 | 413 | 415; readonly message: string }

/** Calls `done` once: with the decoded body, or with why there is none. Reads no more than `limitBytes`. */
export function readJsonBody(request: IncomingMessage, limitBytes: number, done: (body: JsonBody) => void): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    done({ ok: false, status: 415, message: 'The content type of the body must be application/json.' })
    return
  }
  const chunks: Buffer[] = []
  let length = 0
  let answered = false
  const answer = (body: JsonBody) => {
    if (answered) return
    answered = true
    done(body)
  }
  const tooLong = () => answer({ ok: false, status: 413, message: `The body is longer than ${limitBytes} bytes.` })
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    tooLong()
    return
  }
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > limitBytes) tooLong()
    else chunks.push(chunk)
  })
  request.on('end', () => answer(parseBody(Buffer.concat(chunks))))
  request.on('error', () => answer({ ok: false, status: 400, message: 'The body is incomplete.' }))
}

function parseBody(bytes: Buffer): JsonBody {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { ok: false, status: 400, message: 'The body is not UTF-8.' }
  }
  const json = parseJson(text)
  return json.ok ? json : { ok: false, status: 400, message: `The body ${json.error}.` }
}
