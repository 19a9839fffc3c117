import * as fs from 'node:fs'
import { LabStartError } from './lab-start-error'

/**
 * A file of the lab, whole; undefined where there is none. Throws LabStartError where it cannot be read, or something else stands in
 * its place: a pipe would never end.
 */
export function readLabFile(file: string, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
  const refuse = (sentence: string) => new LabStartError(`${file} ${sentence}`)
  let fd: number | undefined
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) throw refuse('is not a file. Move away what is there, and put a good copy back.')
    if (stat.size > maxBytes) throw refuse(`has ${stat.size} bytes, which is too long. Put a good copy back.`)
    return new Uint8Array(fs.readFileSync(fd))
  } catch (error) {
    if (error instanceof LabStartError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}. Put a good copy back.`)
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}
