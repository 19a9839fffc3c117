/** The way out without a display or a runtime: the same window as a page on a loopback address. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { exitCodeOf } from './processes'

export async function serveInstead(projectDir: string, labArguments: readonly string[]): Promise<number> {
  const server = spawn(process.execPath, [join(projectDir, 'out/main/serve.js'), ...labArguments], {
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  createInterface(server.stdout).on('line', (line) => console.log(pageAddress(line) ?? line))
  return exitCodeOf(server)
}

/** Turns the ready line, made for programs, into what a person needs. */
export function pageAddress(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const ready = JSON.parse(line) as { ready?: unknown; http?: unknown; token?: unknown }
    if (ready.ready !== true || typeof ready.http !== 'string' || typeof ready.token !== 'string') return undefined
    const page = new URL('/', ready.http)
    page.searchParams.set('token', ready.token)
    return `Takeover Lab is ready: open ${page.href}`
  } catch {
    return undefined
  }
}
