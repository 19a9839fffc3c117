/** A disk of its own for the lab, so small that it can be filled. Needs Linux and the right to mount. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

const MEBIBYTES = 720
const PIECE = Buffer.alloc(1024 * 1024)

export interface SmallDisk {
  /** Takes all the room that is left. */
  fill(): void
  /** Gives it back. */
  relieve(): void
  unmount(): void
}

/** Undefined where this is not possible. `folder` exists and is empty. */
export function mountSmallDisk(folder: string): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEBIBYTES}m`, 'takeover-lab-soak', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const filler = path.join(folder, 'filler')
  return {
    fill() {
      const file = fs.openSync(filler, 'w')
      try {
        for (;;) if (fs.writeSync(file, PIECE) < PIECE.length) return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        fs.closeSync(file)
      }
    },
    relieve: () => fs.rmSync(filler, { force: true }),
    unmount: () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }),
  }
}
