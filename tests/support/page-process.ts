/** A page in a Chromium of its own, whose processes can be told apart. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { cpuSeconds } from './machine'

const CHROMIUM = '/usr/bin/chromium'
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
const STARTED_WITHIN_MS = 30_000
const POLL_MS = 50

/** `renderer`: what runs the page's scripts and lays it out; `gpu`: what draws it. */
export type PageProcessKind = 'renderer' | 'gpu-process'

export interface PageProcess {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>
  /** Opens the address again, and waits until `isThere` is true in the page. */
  open(url: string, isThere: string): Promise<void>
  /** Processor time used so far. */
  cpuSeconds(kind: PageProcessKind): number
  close(): Promise<void>
}

export async function startPageProcess(size: { readonly width: number; readonly height: number }): Promise<PageProcess> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'page-'))
  const switches = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...QUIET]
  const child = spawn(CHROMIUM, [...switches, `--window-size=${size.width},${size.height}`, 'about:blank'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const socket = await connected(folder)
  const call = caller(socket)

  async function evaluate(expression: string): Promise<unknown> {
    const { result } = (await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })) as {
      readonly result: { readonly value?: unknown }
    }
    return result.value
  }

  return {
    evaluate,
    async open(url, isThere) {
      await call('Page.navigate', { url: 'about:blank' })
      await call('Page.navigate', { url })
      await until(`${isThere} at ${url}`, async () => (await evaluate(isThere).catch(() => false)) === true)
    },
    cpuSeconds: (kind) =>
      descendants(child.pid ?? 0)
        .filter((pid) => commandOf(pid).includes(`--type=${kind}`))
        .reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    async close() {
      const helpers = descendants(child.pid ?? 0)
      socket.close()
      child.kill('SIGTERM')
      await ended
      // They write into the folder for a moment longer.
      await until('the end of Chromium', () => Promise.resolve(helpers.every((pid) => commandOf(pid) === '')))
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

async function connected(folder: string): Promise<WebSocket> {
  let address = ''
  await until('a page in Chromium', async () => {
    const [port] = fs.readFileSync(path.join(folder, 'DevToolsActivePort'), 'utf8').split('\n')
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly TargetInfo[]
    address = targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? ''
    return address !== ''
  })
  const socket = new WebSocket(address)
  await once(socket, 'open')
  return socket
}

interface TargetInfo {
  readonly type: string
  readonly webSocketDebuggerUrl: string
}

/** Calls of the DevTools protocol. */
function caller(socket: WebSocket): (method: string, params: object) => Promise<unknown> {
  const calls = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>()
  let lastCall = 0
  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse((data as Buffer).toString('utf8')) as {
      readonly id?: number
      readonly result?: unknown
      readonly error?: { readonly message: string }
    }
    if (id === undefined) return
    if (error === undefined) calls.get(id)?.resolve(result)
    else calls.get(id)?.reject(new Error(error.message))
    calls.delete(id)
  })
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastCall
      calls.set(id, { resolve, reject })
      socket.send(JSON.stringify({ id, method, params }))
    })
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + STARTED_WITHIN_MS
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${STARTED_WITHIN_MS} ms: ${what}`)
    await sleep(POLL_MS)
  }
}

function descendants(of: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of fs.readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const under = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...under(child)])
  return under(of)
}

/** Undefined: it has ended meanwhile. */
function parentOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : Number(stat.split(') ')[1]?.split(' ')[1])
}

function commandOf(pid: number): string {
  return readProc(`/proc/${pid}/cmdline`) ?? ''
}

function readProc(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
