import { homedir } from 'node:os'
import * as path from 'node:path'

/** Where a lab is if nobody says where: with a person’s data, as this platform has it. */
export function usualLabFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  return path.join(dataFolder(environment, platform), 'takeover-lab')
}

function dataFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = homedir()
  if (platform === 'win32') return environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support')
  const given = environment['XDG_DATA_HOME']
  return given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.local', 'share')
}
