import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlantedBug } from '../../src-main/firmware/planted-bug'
import { buildPlanted } from './planted-build'

export interface SimulatorRun {
  readonly exitCode: number | null
  /** The last line, decoded. */
  readonly sum: {
    readonly seed: number
    readonly seeds: number
    readonly operations: number
    readonly faults: number
    readonly violations: number
    readonly hash: string
    readonly wallSeconds: number
  }
  /** Those that found something, each once. */
  readonly checkers: readonly string[]
  readonly output: string
}

export interface SimulatorProgram {
  readonly bug?: PlantedBug
  readonly args: readonly string[]
  readonly signal?: AbortSignal
}

/** The simulator as a program of its own, with a bug in it or without, and run until the first violation, or until `signal`. */
export async function runSimulator(options: SimulatorProgram): Promise<SimulatorRun> {
  const { exitCode, output } = await simulatorOutput({ ...options, args: [...options.args, '--first', '--json'] })
  const lines = output.trimEnd().split('\n')
  const checkers = [...new Set(lines.flatMap((line) => /^ {2}(\S+) at /.exec(line)?.slice(1) ?? []))]
  return { exitCode, sum: JSON.parse(lines.at(-1) ?? 'null') as SimulatorRun['sum'], checkers, output }
}

/** With any options. */
export async function simulatorOutput(options: SimulatorProgram): Promise<Pick<SimulatorRun, 'exitCode' | 'output'>> {
  const outDir = await mkdtemp(join(tmpdir(), 'takeover-lab-simulator-'))
  try {
    await buildPlanted({ entry: 'src-main/entries/simulator.ts', outDir, fileName: 'simulator.mjs', bug: options.bug })
    return await execute(join(outDir, 'simulator.mjs'), options.args, options.signal)
  } finally {
    await rm(outDir, { recursive: true })
  }
}

function execute(program: string, args: readonly string[], signal?: AbortSignal): Promise<Pick<SimulatorRun, 'exitCode' | 'output'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], signal })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, output }))
  })
}
