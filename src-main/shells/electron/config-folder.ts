import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Chromium needs about as much for its lock and first files. */
const PROBE = Buffer.alloc(64 * 1024, 1)

/** Why Electron cannot keep its files there, as a sentence; undefined if it can. Electron itself would just not start. */
export function configFolderProblem(folder: string): string | undefined {
  const probe = path.join(folder, `probe-${randomBytes(8).toString('hex')}`)
  try {
    makeFolder(folder)
    try {
      fs.writeFileSync(probe, PROBE, { flag: 'wx', mode: 0o600 })
    } finally {
      fs.rmSync(probe, { force: true })
    }
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The window cannot keep its files in ${folder}: ${why}. Make room there and make it writable, or set XDG_CONFIG_HOME.`
  }
}

/** Node's own recursion never ends where a folder exists in which nothing can be created, as in /proc. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  if (path.dirname(folder) !== folder) makeFolder(path.dirname(folder))
  fs.mkdirSync(folder, { mode: 0o700 })
}
