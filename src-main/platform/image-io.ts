/** Whole transfers: the system may read or write less than it was asked for. */
import * as fs from 'node:fs'

/** Gives how many bytes there were: fewer than wanted where the file ends. */
export function readFully(fd: number, into: Uint8Array, position: number): number {
  let done = 0
  while (done < into.length) {
    const count = fs.readSync(fd, into, done, into.length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** All chunks, one behind the other. */
export function writeFully(fd: number, from: readonly Uint8Array[], position: number): void {
  let chunks = from
  for (;;) {
    const wanted = totalLength(chunks)
    if (wanted === 0) return
    const only = chunks.length === 1 ? chunks[0] : undefined
    const count = only === undefined ? fs.writevSync(fd, chunks, position) : fs.writeSync(fd, only, 0, wanted, position)
    if (count === wanted) return
    if (count === 0) throw new Error('nothing more can be written')
    chunks = dropBytes(chunks, count)
    position += count
  }
}

export function totalLength(chunks: readonly Uint8Array[]): number {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  return length
}

function dropBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  for (const chunk of chunks) {
    if (count < chunk.length) rest.push(count === 0 ? chunk : chunk.subarray(count))
    count = Math.max(0, count - chunk.length)
  }
  return rest
}
