import { assert } from '../../../base/assert'
import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import { indexBlocks } from '../../raid/partial-parity'
import type { VolumePlace } from './live-record'
import { RECORD_HEADER_BYTES, recordBytes } from './record'

/** The most that any RAID level has. */
const MAX_PARITY_COUNT = LIMITS.parityChunks

/**
 * The most room that a write of this length can need for partial parity, whatever else is destaged with it. Each of its
 * blocks can need one block of each parity. Its first and its last stripe can each need a record with an index.
 */
export function journalBytesOf(place: VolumePlace | undefined, blockCount: number): number {
  const parityCount = place?.io.parityCount ?? 0
  return parityCount === 0 ? 0 : journalBytes(blockCount, parityCount)
}

/**
 * The longest write that an empty log has room for, in blocks. Beside its own record it needs room for partial parity twice:
 * once for the update of its stripes, and once for a replay.
 *
 * An example: a write of 4 blocks has a record of 64 + 4 * 512 = 2,112 bytes. Its partial parity has at most 8 blocks, with
 * two blocks of indexes and two headers: 10 * 512 + 2 * 64 = 5,248 bytes. Together that is 2,112 + 2 * 5,248 = 12,608 bytes.
 * A write of 5 blocks needs 15,168 bytes. So a log of 15,104 bytes takes 4 blocks at the most.
 */
export function maxBlocksOf(capacityBytes: number): number {
  let blockCount = Math.floor(capacityBytes / BLOCK_BYTES)
  while (blockCount > 0 && recordBytes(blockCount) + 2 * journalBytes(blockCount, MAX_PARITY_COUNT) > capacityBytes) blockCount--
  assert(blockCount > 0, () => `a log of ${capacityBytes} bytes takes no write`)
  return blockCount
}

function journalBytes(blockCount: number, parityCount: number): number {
  return recordBytes(blockCount * parityCount + 2 * indexBlocks(blockCount)) + RECORD_HEADER_BYTES
}
