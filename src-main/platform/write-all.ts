import * as fs from 'node:fs'

/** All of it, or throws. The system may write less at once, for example the last that there is room for. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const count = fs.writeSync(fd, bytes, done, bytes.length - done, position + done)
    if (count === 0) throw new Error('nothing more can be written')
    done += count
  }
}

/** Takes room on the disk. Node has no fallocate(2); zeros that are written do the same, except on file systems that compress or copy. */
export function writeZeros(fd: number, position: number, byteCount: number): void {
  writeAll(fd, new Uint8Array(byteCount), position)
}
