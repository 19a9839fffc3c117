/** `npm run package`: a .deb, a .zip, what is in them, and checksums, from the built tree and the runtime that the launcher finds. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { api } from '@electron-forge/core'
import { bundledComponents, withRuntime } from './bill-of-materials'
import { packageVersion, type BuildInfo } from './build-info'
import { writeChecksums } from './checksums'
import { makeRuntimeArchive } from './runtime-archive'
import { stageApplication } from './staging'

export interface RuntimeDescription {
  readonly kind: BuildInfo['runtime']
  readonly executable: string
  readonly version: string
}

export async function makePackages(projectDir: string, runtime: RuntimeDescription, isRelease: boolean): Promise<readonly string[]> {
  const distDir = join(projectDir, 'dist')
  const stageDir = join(distDir, 'stage')
  const buildInfo: BuildInfo = { runtime: runtime.kind, electron: runtime.version, isRelease }
  await rm(distDir, { recursive: true, force: true })
  await mkdir(stageDir, { recursive: true })
  await makeRuntimeArchive({
    runtimeDir: dirname(runtime.executable),
    electronVersion: runtime.version,
    licenseFile: join(projectDir, 'LICENSE'),
    intoDir: stageDir,
  })
  const bill = await writeBill(projectDir, distDir, buildInfo)
  const appDir = await stageApplication({ projectDir, stageDir, buildInfo, bill })
  const made = await api.make({ dir: appDir, outDir: join(stageDir, 'made'), interactive: false })
  const packages = await Promise.all(made.flatMap((result) => result.artifacts).map((file) => keep(file, distDir)))
  await rm(stageDir, { recursive: true })
  const files = [...packages, bill]
  return [...files, await writeChecksums(files)]
}

async function writeBill(projectDir: string, distDir: string, buildInfo: BuildInfo): Promise<string> {
  const manifest = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8')) as { name: string; version: string }
  const version = packageVersion(manifest.version, buildInfo)
  const bill = withRuntime(await bundledComponents(projectDir), version, buildInfo)
  const file = join(distDir, `${manifest.name}-${version}.cdx.json`)
  await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`)
  return file
}

async function keep(artifact: string, distDir: string): Promise<string> {
  const kept = join(distDir, basename(artifact))
  await copyFile(artifact, kept)
  return kept
}
