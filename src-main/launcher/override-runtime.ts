/** A runtime that the user names: a binary, or a folder that holds one. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failure, ok } from '../base/result'
import type { RuntimeSource } from './runtime'

export interface OverrideEnvironment {
  readonly TAKEOVER_LAB_ELECTRON?: string | undefined
  readonly ELECTRON_OVERRIDE_DIST_PATH?: string | undefined
}

export function overrideRuntime(env: OverrideEnvironment): RuntimeSource {
  return {
    kind: 'override',
    find: () => {
      const executable = overridePath(env)
      if (executable === undefined) return Promise.resolve(undefined)
      if (!existsSync(executable.path)) {
        return Promise.resolve(failure(`${executable.variable} names ${executable.path}, which does not exist`))
      }
      return Promise.resolve(ok({ kind: 'override' as const, executable: executable.path, version: readVersion(executable.path) }))
    },
  }
}

function overridePath(env: OverrideEnvironment): { variable: string; path: string } | undefined {
  if (env.TAKEOVER_LAB_ELECTRON) return { variable: 'TAKEOVER_LAB_ELECTRON', path: env.TAKEOVER_LAB_ELECTRON }
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH
  if (!folder) return undefined
  return { variable: 'ELECTRON_OVERRIDE_DIST_PATH', path: join(folder, executableName(process.platform)) }
}

/** Where the program is inside a folder of the runtime. */
export function executableName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** Every build of Electron has a file `version` beside its program. */
export function readVersion(executable: string): string | undefined {
  try {
    return readFileSync(join(dirname(executable), 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
  } catch {
    return undefined
  }
}
