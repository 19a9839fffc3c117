import * as fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as path from 'node:path'
import { sendJson } from '../../platform/loopback-guard'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.map': 'application/json; charset=utf-8',
}

/** The page may load what is ours and talk to us, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
}

export interface StaticFiles {
  serve(request: IncomingMessage, response: ServerResponse): void
}

/**
 * The files of the built page, by the list that was read at the start: a path is looked up, never put together, so
 * nothing outside the folder can be asked for.
 */
export function openStaticFiles(folder: string): StaticFiles {
  const files = listFiles(folder)
  return {
    serve(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        sendJson(response, 405, { error: { code: 'bad-command', message: 'Read pages with GET.' } }, { allow: 'GET, HEAD' })
        return
      }
      const asked = request.url?.split('?', 1)[0] ?? '/'
      const file = files.get(asked === '/' ? '/index.html' : asked)
      if (file === undefined) sendJson(response, 404, { error: { code: 'bad-command', message: 'There is no such page.' } }, HEADERS)
      else sendFile(file, request.method === 'HEAD', response)
    },
  }
}

function sendFile(file: string, headOnly: boolean, response: ServerResponse): void {
  fs.readFile(file, (error, bytes) => {
    if (error !== null) {
      sendJson(response, 500, { error: { code: 'failed', message: 'The page cannot be read.' } }, HEADERS)
      return
    }
    response.writeHead(200, {
      ...HEADERS,
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-length': bytes.length,
      'cache-control': file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
    response.end(headOnly ? undefined : bytes)
  })
}

function listFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  if (!fs.existsSync(folder)) return files
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    files.set(`/${path.relative(folder, file).split(path.sep).join('/')}`, file)
  }
  return files
}
