import { equalBytes, putAscii, putU32, putU64 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'

/**
 * What stands on the drives in the place of a block whose data is lost for good: neither its drive nor the others have it. A block
 * with this content reads as a medium error. Parity counts it like any data, so the row is whole, and a write over it heals it.
 *
 *     0  magic "TKLOST!!"    8  group id    12  group block (64)    20  filler
 *
 * The marker names its block, so a copy of it elsewhere is plain data.
 */
const MAGIC = 'TKLOST!!'
const FIRST_BYTE = MAGIC.charCodeAt(0)
const GROUP_AT = 8
const BLOCK_AT = 12
const FILLER_AT = 20
const FILLER = 0xb5

export function lostBlock(groupId: number, groupBlock: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES).fill(FILLER, FILLER_AT)
  putAscii(bytes, 0, MAGIC)
  putU32(bytes, GROUP_AT, groupId)
  putU64(bytes, BLOCK_AT, groupBlock)
  return bytes
}

/** Whether any of these blocks is lost. `bytes` are whole blocks, from `firstBlock` of the group on. */
export function hasLostBlock(groupId: number, firstBlock: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    if (bytes[at] !== FIRST_BYTE) continue
    const groupBlock = firstBlock + at / BLOCK_BYTES
    if (equalBytes(bytes.subarray(at, at + BLOCK_BYTES), lostBlock(groupId, groupBlock))) return true
  }
  return false
}
