import { assert } from '../../base/assert'
import { getU32, getU64, putU32, putU64 } from '../../base/bytes'
import { crc32c } from '../../base/crc32c'
import { BLOCK_BYTES } from '../../base/units'

/**
 * What the lab's host writes into every 512-byte block. A block thus shows who wrote it, where it belongs, and which write it
 * came from. Big-endian:
 *
 *      0  magic "TLST"
 *      4  CRC-32C of bytes 8 to 511
 *      8  ledger id, 64 bits
 *     16  volume tag: CRC-32C of the volume's identifier
 *     20  zero
 *     24  block address, 64 bits
 *     32  sequence number of the write, 64 bits
 *     40  filling made of address and sequence, so that no two writes are alike and a torn block cannot pass
 */
const MAGIC = 0x544c5354
const CRC_OFFSET = 4
const CHECKED_OFFSET = 8
const FILLING_OFFSET = 40

export interface StampOrigin {
  readonly ledgerId: number
  readonly volumeTag: number
}

/** What a block says of itself: `none` is no stamp at all, `torn` one whose checksum is wrong. */
export type Stamp =
  | { readonly kind: 'none' | 'zeros' | 'torn' }
  | { readonly kind: 'stamp'; readonly ledgerId: number; readonly volumeTag: number; readonly block: number; readonly sequence: number }

/** Stamps every block of `into`, which must be a whole number of blocks at an offset that is a multiple of four. */
export function writeStamps(into: Uint8Array, origin: StampOrigin, firstBlock: number, sequence: number): void {
  assert(into.length % BLOCK_BYTES === 0, `${into.length} bytes are not whole blocks`)
  for (let offset = 0, block = firstBlock; offset < into.length; offset += BLOCK_BYTES, block++) {
    const bytes = into.subarray(offset, offset + BLOCK_BYTES)
    putU32(bytes, 0, MAGIC)
    putU64(bytes, 8, origin.ledgerId)
    putU32(bytes, 16, origin.volumeTag)
    putU32(bytes, 20, 0)
    putU64(bytes, 24, block)
    putU64(bytes, 32, sequence)
    fillRemainder(bytes, block, sequence)
    putU32(bytes, CRC_OFFSET, crc32c(bytes.subarray(CHECKED_OFFSET)))
  }
}

/** Reads the stamp of one 512-byte block. */
export function readStamp(bytes: Uint8Array): Stamp {
  assert(bytes.length === BLOCK_BYTES, `a block of ${bytes.length} bytes`)
  if (getU32(bytes, 0) !== MAGIC) return { kind: bytes.every((byte) => byte === 0) ? 'zeros' : 'none' }
  if (getU32(bytes, CRC_OFFSET) !== crc32c(bytes.subarray(CHECKED_OFFSET))) return { kind: 'torn' }
  return { kind: 'stamp', ledgerId: getU64(bytes, 8), volumeTag: getU32(bytes, 16), block: getU64(bytes, 24), sequence: getU64(bytes, 32) }
}

/** Xorshift words in the machine's byte order: nothing but the checksum ever looks at them. */
function fillRemainder(bytes: Uint8Array, block: number, sequence: number): void {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + FILLING_OFFSET, (BLOCK_BYTES - FILLING_OFFSET) / 4)
  let state = (Math.imul(block, 0x9e3779b1) ^ Math.imul(sequence, 0x85ebca6b)) | 1
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
}
