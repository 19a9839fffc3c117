import * as fs from 'node:fs'
import * as path from 'node:path'
import { PAGE_HOST } from './page-origin'

/** Files of the built page by the path they are asked for. Read once: a path is looked up, never put together. */
export type PageFiles = ReadonlyMap<string, string>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** The page needs its own scripts and styles, and nothing from anywhere else. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

export function listPageFiles(folder: string): PageFiles {
  const files = new Map<string, string>()
  const look = (at: string, prefix: string): void => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name)
      if (entry.isDirectory()) look(file, `${prefix}${entry.name}/`)
      else if (entry.isFile() && TYPES[path.extname(entry.name)] !== undefined) files.set(`${prefix}${entry.name}`, file)
    }
  }
  look(folder, '/')
  return files
}

/** Answers a request of the page's scheme. */
export function servePage(request: Pick<Request, 'url' | 'method'>, files: PageFiles): Response {
  const refuse = (status: number) => new Response(null, { status, headers: PAGE_HEADERS })
  if (request.method !== 'GET') return refuse(405)
  const url = new URL(request.url)
  if (url.host !== PAGE_HOST) return refuse(404)
  const file = files.get(url.pathname === '/' ? '/index.html' : url.pathname)
  if (file === undefined) return refuse(404)
  return new Response(fs.readFileSync(file), {
    headers: { ...PAGE_HEADERS, 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' },
  })
}
