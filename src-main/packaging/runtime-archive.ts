/** The runtime as it is shipped: fuses set, licence texts in place, in the archive that Forge takes for a download. */
import { execFile } from 'node:child_process'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'

export interface RuntimeArchiveOptions {
  /** Folder of the runtime, left as it is. */
  readonly runtimeDir: string
  readonly electronVersion: string
  /** The licence text of this project. */
  readonly licenseFile: string
  readonly intoDir: string
}

export async function makeRuntimeArchive(options: RuntimeArchiveOptions): Promise<void> {
  const work = join(options.intoDir, 'runtime')
  await cp(options.runtimeDir, work, { recursive: true })
  await rm(join(work, 'resources/default_app.asar'), { recursive: true, force: true })
  await setFuses(join(work, 'electron'))
  await placeLicenses(work, options.licenseFile)
  await mkdir(join(options.intoDir, 'zips'), { recursive: true })
  const archive = join(options.intoDir, 'zips', `electron-v${options.electronVersion}-linux-x64.zip`)
  // Stored, not deflated: it is unpacked again in a moment.
  await promisify(execFile)('zip', ['-q', '-r', '-y', '-0', archive, '.'], { cwd: work })
  await rm(work, { recursive: true })
}

/** The application is no general Node, and loads nothing but its archive. */
function setFuses(executable: string): Promise<number> {
  return flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  })
}

/** `LICENSE` is the one that package formats take for the whole; Electron's moves beside it. */
async function placeLicenses(dir: string, licenseFile: string): Promise<void> {
  const ofElectron = join(dir, 'LICENSE.electron.txt')
  if (!existsSync(ofElectron)) await rename(join(dir, 'LICENSE'), ofElectron)
  await cp(licenseFile, join(dir, 'LICENSE'))
}
