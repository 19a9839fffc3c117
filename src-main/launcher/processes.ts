/** Running a program in the foreground of this one. */
import { spawn, type ChildProcess } from 'node:child_process'

export interface Program {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function runToEnd(program: Program): Promise<number> {
  const child = spawn(program.file, program.args, { cwd: program.cwd, env: program.env, stdio: 'inherit' })
  return exitCodeOf(child)
}

/** Waits for the child's end; signals to stop go on to it, so that it can close the lab in order. */
function exitCodeOf(child: ChildProcess): Promise<number> {
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}
