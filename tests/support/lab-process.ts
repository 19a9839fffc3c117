/** A lab that runs as a process of its own, reached by what its ready line says. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ReadyLine {
  readonly ready: true
  readonly target: string
  readonly portals: { readonly a: string; readonly b: string }
  readonly management: { readonly a: string; readonly b: string }
  readonly http: string
  readonly token: string
  readonly luns: readonly { readonly lun: number; readonly volume: string; readonly bytes: number; readonly owner: string }[]
}

export interface LabProcess {
  readonly ready: ReadyLine
  readonly stop: () => Promise<void>
  /** All of it at once, as when the machine's user kills the application. */
  readonly kill: () => Promise<void>
  /** All of its threads stand still until `SIGCONT`. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void
}

export interface LabProcessOptions {
  readonly command: readonly [file: string, ...args: string[]]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly timeoutMs?: number
}

/** Groups of labs that run: none outlives the process that started it. */
const running = new Set<number>()
process.once('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL')
})

const STOP_PATIENCE_MS = 10_000

/** Ports chosen by the system, so that labs can run side by side. */
export const ANY_PORTS = ['portal-a', 'portal-b', 'management-a', 'management-b', 'http'].map((port) => `--${port}=0`)

export async function startLabProcess(options: LabProcessOptions): Promise<LabProcess> {
  const child = spawnLab(options)
  try {
    return {
      ready: await readyLineOf(child, options.timeoutMs ?? 30_000),
      stop: () => stop(child),
      kill: () => stop(child, 'SIGKILL'),
      signal: (signal) => void (child.pid !== undefined && signalGroup(child.pid, signal)),
    }
  } catch (error) {
    await stop(child)
    throw error
  }
}

/** A lab that is killed on its way up, wherever it is then. */
export async function killWhileStarting(options: LabProcessOptions, afterMs: number): Promise<void> {
  const child = spawnLab({ ...options, quiet: true })
  await sleep(afterMs)
  await stop(child, 'SIGKILL')
}

function spawnLab({ command, env = process.env, cwd, quiet = false }: LabProcessOptions & { readonly quiet?: boolean }): ChildProcess {
  const [file, ...args] = command
  const output = quiet ? 'ignore' : 'pipe'
  const child = spawn(file, args, { env, ...(cwd === undefined ? {} : { cwd }), stdio: ['ignore', output, output], detached: true })
  if (child.pid !== undefined) running.add(child.pid)
  return child
}

function readyLineOf(child: ChildProcess, timeoutMs: number): Promise<ReadyLine> {
  let complaints = ''
  child.stderr?.on('data', (text: Buffer) => (complaints = (complaints + text.toString()).slice(-4000)))
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ready line within ${timeoutMs} ms\n${complaints}`)), timeoutMs)
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the lab ended with ${code} before it was ready\n${complaints}`)))
    if (child.stdout === null) return
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('{"ready":true')) return
      clearTimeout(timer)
      resolve(JSON.parse(line) as ReadyLine)
    })
  })
}

/** Ends the whole group: what was started may be a wrapper, which would leave the lab behind. */
async function stop({ pid }: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (pid === undefined) return
  const deadlineMs = Date.now() + STOP_PATIENCE_MS
  for (let alive = signalGroup(pid, signal); alive; alive = signalGroup(pid, 0)) {
    if (Date.now() > deadlineMs) signalGroup(pid, 'SIGKILL')
    await sleep(50)
  }
  running.delete(pid)
}

/** False when nobody of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
