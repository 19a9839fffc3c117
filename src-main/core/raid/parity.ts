import { assert } from '../../base/assert'

/** `target[offset...] ^= source`, for all of `source`. By words of 32 bits where both are aligned to them. */
export function xorInto(target: Uint8Array, offset: number, source: Uint8Array): void {
  const length = source.length
  assert(offset >= 0 && offset + length <= target.length, () => `exclusive or of ${length} bytes at ${offset} of ${target.length}`)
  let done = 0
  if ((target.byteOffset + offset) % 4 === 0 && source.byteOffset % 4 === 0) {
    const words = length >>> 2
    const to = new Int32Array(target.buffer, target.byteOffset + offset, words)
    const from = new Int32Array(source.buffer, source.byteOffset, words)
    for (let i = 0; i < words; i++) to[i] = to[i]! ^ from[i]!
    done = words << 2
  }
  for (; done < length; done++) target[offset + done] = target[offset + done]! ^ source[done]!
}

/** The same with chunks that lie one behind the other. */
export function xorChunksInto(target: Uint8Array, offset: number, chunks: readonly Uint8Array[]): void {
  let at = offset
  for (const chunk of chunks) {
    xorInto(target, at, chunk)
    at += chunk.length
  }
}
