/** The official binary of the pinned `electron` package, downloaded once if its release server answers. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failure, ok } from '../base/result'
import { executableName, readVersion } from './override-runtime'
import type { RuntimeSource } from './runtime'

const DEFAULT_RELEASES = 'https://github.com/electron/electron/releases/download/'
/** A server that is there answers within this; one that is not must not hold up the start. */
const PROBE_TIMEOUT_MS = 4_000

export interface OfficialRuntimeOptions {
  /** Folder of the installed `electron` package. */
  readonly packageDir: string
  readonly releaseServer: string
  readonly probe: (url: string) => Promise<boolean>
  readonly download: (packageDir: string) => Promise<boolean>
}

export function officialRuntime(options: OfficialRuntimeOptions): RuntimeSource {
  return {
    kind: 'official',
    find: async () => {
      const version = pinnedVersion(options.packageDir)
      if (version === undefined) return failure('the package "electron" is not installed (run "npm ci")')
      const executable = join(options.packageDir, 'dist', executableName(process.platform))
      const found = ok({ kind: 'official' as const, executable, version })
      if (isInstalled(executable, version)) return found
      if (!(await options.probe(options.releaseServer))) {
        return failure(`the official Electron ${version} is not downloaded, and ${nameOf(options.releaseServer)} does not respond`)
      }
      const downloaded = await options.download(options.packageDir)
      if (!downloaded || !isInstalled(executable, version)) {
        return failure(`the download of the official Electron ${version} from ${nameOf(options.releaseServer)} failed`)
      }
      return found
    },
  }
}

function pinnedVersion(packageDir: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string }
    return manifest.version
  } catch {
    return undefined
  }
}

function isInstalled(executable: string, version: string): boolean {
  return existsSync(executable) && readVersion(executable) === version
}

function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** Mirrors are set the way Electron's own downloader reads them. */
export function releaseServer(env: NodeJS.ProcessEnv): string {
  return env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? DEFAULT_RELEASES
}

/** Any answer will do: only silence and unknown names count as not there. */
export async function serverAnswers(url: string): Promise<boolean> {
  // `fetch` knows no proxy; Electron's downloader does when told so.
  if (process.env['ELECTRON_GET_USE_PROXY']) return true
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
    return true
  } catch {
    return false
  }
}

/** Runs the package's own installer, which checks the archive against the checksums it ships. */
export function downloadOfficial(packageDir: string): Promise<boolean> {
  console.error('Downloading the official Electron…')
  return new Promise((resolve) => {
    // Not our standard output: that may be the answer of --print-runtime.
    const installer = spawn(process.execPath, [join(packageDir, 'install.js')], { stdio: ['ignore', 2, 2] })
    installer.on('error', () => resolve(false))
    installer.on('exit', (code) => resolve(code === 0))
  })
}
