import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlantedBug } from '../../src-main/firmware/planted-bug'
import { buildPlanted, projectDir } from './planted-build'
import { runSimulator } from './planted-simulator'

const MAX_SEEDS = 2000

export interface PlantedApp {
  /** For Electron's `--app=`. */
  readonly folder: string
  /** For Node: the lab without a window. */
  readonly serve: string
  /** Its simulation has a violation in this world. */
  readonly seed: number
  readonly operations: number
  readonly remove: () => Promise<void>
}

/**
 * The built application once more, with a bug in the simulation's thread and nowhere else: its live pair is the right one.
 * `npm run build` must have been done.
 */
export async function plantedApp(bug: PlantedBug, operations: number): Promise<PlantedApp> {
  const { exitCode, sum, output } = await runSimulator({
    bug,
    args: ['--seed', String(bug.searchFrom ?? 1), '--seeds', String(MAX_SEEDS), '--operations', String(operations)],
  })
  if (exitCode !== 1) throw new Error(`no seed finds "${bug.name}"\n${output}`)
  const folder = await mkdtemp(join(tmpdir(), 'takeover-lab-planted-'))
  await cp(join(projectDir, 'out'), join(folder, 'out'), { recursive: true })
  await cp(join(projectDir, 'package.json'), join(folder, 'package.json'))
  await symlink(join(projectDir, 'node_modules'), join(folder, 'node_modules'))
  await buildPlanted({
    entry: 'src-main/entries/simulation-worker.ts',
    outDir: join(folder, 'out/main'),
    fileName: 'simulation-worker.js',
    bug,
  })
  return {
    folder,
    serve: join(folder, 'out/main/serve.js'),
    seed: sum.seed + sum.seeds - 1,
    operations,
    remove: () => rm(folder, { recursive: true }),
  }
}
