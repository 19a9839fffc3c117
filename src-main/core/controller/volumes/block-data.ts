import { assert } from '../../../base/assert'

/** Whether two buffers of the same length differ, in whatever pieces they are. */
export function differs(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  const one = joined(left)
  const other = joined(right)
  assert(one.length === other.length, () => `${one.length} bytes are compared with ${other.length}`)
  return one.some((byte, index) => byte !== other[index])
}

/** A new buffer with the bits of both. */
export function setBits(stored: readonly Uint8Array[], sent: readonly Uint8Array[]): Uint8Array {
  const bytes = joined(stored)
  const bits = joined(sent)
  assert(bytes.length === bits.length, () => `${bits.length} bytes for ${bytes.length}`)
  for (let index = 0; index < bytes.length; index++) bytes[index]! |= bits[index]!
  return bytes
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
