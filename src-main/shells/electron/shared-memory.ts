import * as fs from 'node:fs'
import { MIB } from '../../base/units'

/** Less than this does not hold the picture of one window. Containers often have 64 MiB, which is enough. */
const NEEDED_BYTES = 48 * MIB

/**
 * Where Chromium's processes share memory on Linux there may be no room for it, as in a container: then the page dies, and nothing
 * says why. Chromium can use the folder for temporary files instead.
 */
export function isSharedMemoryShort(folder = '/dev/shm'): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { bavail, bsize } = fs.statfsSync(folder)
    return bavail * bsize < NEEDED_BYTES
  } catch {
    return true
  }
}
