import { homedir } from 'node:os'
import { join } from 'node:path'

/** The user's cache folder, where a runtime may be kept between runs. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  return join(userCacheDir(env, platform), 'takeover-lab')
}

function userCacheDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local')
  if (platform === 'darwin') return join(homedir(), 'Library/Caches')
  return env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
}
