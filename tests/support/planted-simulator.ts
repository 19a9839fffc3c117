import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import type { PlantedBug } from '../simulation/planted/planted-bug'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))

export interface SimulatorRun {
  readonly exitCode: number | null
  /** The last line, decoded. */
  readonly sum: { readonly seed: number; readonly seeds: number; readonly operations: number; readonly faults: number; readonly violations: number; readonly hash: string; readonly wallSeconds: number }
  /** Those that found something, each once. */
  readonly checkers: readonly string[]
  readonly output: string
}

/** The simulator as a program of its own, with a bug in it or without, and run until the first violation. */
export async function runSimulator(options: { readonly bug?: PlantedBug; readonly args: readonly string[] }): Promise<SimulatorRun> {
  const outDir = await mkdtemp(join(tmpdir(), 'takeover-lab-simulator-'))
  try {
    await bundle(outDir, options.bug)
    return await execute(join(outDir, 'simulator.mjs'), [...options.args, '--first', '--json'])
  } finally {
    await rm(outDir, { recursive: true })
  }
}

async function bundle(outDir: string, bug: PlantedBug | undefined): Promise<void> {
  const changes = bug === undefined ? [] : [bug, ...(bug.also === undefined ? [] : [bug.also])]
  const planted = new Set<string>()
  await build({
    configFile: false,
    root: projectDir,
    logLevel: 'error',
    plugins: [plant(changes, planted)],
    build: {
      ssr: join(projectDir, 'src-main/entries/simulator.ts'),
      target: 'node20.18',
      outDir,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'simulator.mjs' } },
    },
    ssr: { noExternal: true },
  })
  for (const { file } of changes) if (!planted.has(file)) throw new Error(`${file} is not part of the simulator`)
}

function plant(changes: readonly { readonly file: string; readonly find: string; readonly replace: string }[], planted: Set<string>): Plugin {
  return {
    name: 'planted-bug',
    enforce: 'pre',
    transform(code, id) {
      let changed = code
      for (const { file, find, replace } of changes) {
        if (id !== join(projectDir, file)) continue
        const parts = changed.split(find)
        if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} stands ${parts.length - 1} times in ${file}, not once`)
        changed = parts.join(replace)
        planted.add(file)
      }
      return changed === code ? undefined : { code: changed, map: null }
    },
  }
}

function execute(program: string, args: readonly string[]): Promise<SimulatorRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      const lines = output.trimEnd().split('\n')
      const checkers = [...new Set(lines.flatMap((line) => /^ {2}(\S+) at /.exec(line)?.slice(1) ?? []))]
      resolve({ exitCode, sum: JSON.parse(lines.at(-1) ?? 'null') as SimulatorRun['sum'], checkers, output })
    })
  })
}
