/** The application as it goes into the archive: the built files, a manifest, and nothing of the workshop. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { packageVersion, type BuildInfo } from './build-info'
import { forgeConfig } from './forge-config'

/** Built programs that only make sense in a source tree. */
const WORKSHOP_PROGRAMS = new Set(['start.js', 'serve.js', 'package.js', 'simulator.js'])

const WINDOW_ICON = 'assets/icons/512.png'

export interface StagingOptions {
  readonly projectDir: string
  readonly stageDir: string
  readonly buildInfo: BuildInfo
  /** The file that says what is in the package. */
  readonly bill: string
}

interface Manifest {
  readonly name: string
  readonly productName: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly author: string
  readonly type: string
  readonly main: string
}

/** Returns the folder of the staged application. */
export async function stageApplication({ projectDir, stageDir, buildInfo, bill }: StagingOptions): Promise<string> {
  const appDir = join(stageDir, 'app')
  await mkdir(appDir, { recursive: true })
  await cp(join(projectDir, 'out'), join(appDir, 'out'), { recursive: true, filter: isShipped })
  await cp(join(projectDir, WINDOW_ICON), join(appDir, WINDOW_ICON))
  await cp(bill, join(appDir, 'sbom.cdx.json'))
  await writeFile(join(appDir, 'build-info.json'), JSON.stringify(buildInfo))
  const manifest = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8')) as Manifest
  const version = packageVersion(manifest.version, buildInfo)
  // Small for users; made quickly while developing.
  const compression = buildInfo.isRelease ? 'xz' : 'gzip'
  const staged = {
    ...pickForUsers(manifest),
    version,
    // Forge reads the version of the runtime here.
    devDependencies: { electron: buildInfo.electron },
    config: { forge: forgeConfig({ projectDir, stageDir, version, compression, manifest }) },
  }
  await writeFile(join(appDir, 'package.json'), JSON.stringify(staged, null, 2))
  return appDir
}

function isShipped(file: string): boolean {
  return !file.endsWith('.map') && !WORKSHOP_PROGRAMS.has(basename(file))
}

function pickForUsers({ name, productName, description, license, author, type, main }: Manifest) {
  return { name, productName, description, license, author, type, main }
}
