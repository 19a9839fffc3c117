/** `npm run package`: a .deb and a .zip in `dist/`, from the built tree and the runtime that the launcher finds. */
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { api } from '@electron-forge/core'
import type { BuildInfo } from './build-info'
import { makeRuntimeArchive } from './runtime-archive'
import { stageApplication } from './staging'

export interface RuntimeDescription {
  readonly kind: BuildInfo['runtime']
  readonly executable: string
  readonly version: string
}

export async function makePackages(projectDir: string, runtime: RuntimeDescription): Promise<readonly string[]> {
  const distDir = join(projectDir, 'dist')
  const stageDir = join(distDir, 'stage')
  const buildInfo: BuildInfo = { runtime: runtime.kind, electron: runtime.version }
  await rm(distDir, { recursive: true, force: true })
  await mkdir(stageDir, { recursive: true })
  await makeRuntimeArchive({
    runtimeDir: dirname(runtime.executable),
    electronVersion: runtime.version,
    licenseFile: join(projectDir, 'LICENSE'),
    intoDir: stageDir,
  })
  const appDir = await stageApplication({ projectDir, stageDir, buildInfo })
  const made = await api.make({ dir: appDir, outDir: join(stageDir, 'made'), interactive: false })
  const packages = await Promise.all(made.flatMap((result) => result.artifacts).map((file) => keep(file, distDir)))
  await rm(stageDir, { recursive: true })
  return packages
}

async function keep(artifact: string, distDir: string): Promise<string> {
  const kept = join(distDir, basename(artifact))
  await copyFile(artifact, kept)
  return kept
}
