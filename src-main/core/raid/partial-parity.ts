import { BLOCK_BYTES } from '../../base/units'
import type { GroupLayout } from './levels/level'

/**
 * What the update of one stripe with parity is about to write, and the exclusive or of what it leaves as it is: of each row
 * of which it writes some data blocks and not all, in ascending order. (A row is one block on each member, at the same
 * place.) As long as only this update has touched the row since, any one of the blocks it leaves can be had from that and
 * the others, whatever the update has left of data and parity.
 */
export interface PartialParity {
  /** Of the group. */
  readonly firstBlock: number
  readonly blockCount: number
  /** A block for each of `partialRows`; none where the stripe is written whole. */
  readonly data: Uint8Array
}

export interface StripePart {
  /** Of the group; the part is inside one stripe. */
  readonly firstBlock: number
  readonly blockCount: number
}

/** The rows of a stripe, as offsets in its chunks, of which a write to this part changes some data blocks and not all. */
export function partialRows(layout: GroupLayout, part: StripePart): number[] {
  const { chunkBlocks, stripeBlocks, dataWidth } = layout
  if (part.blockCount === stripeBlocks) return []
  const first = part.firstBlock % chunkBlocks
  const isInOneChunk = first + part.blockCount <= chunkBlocks
  const end = isInOneChunk ? first + part.blockCount : chunkBlocks
  const rows: number[] = []
  for (let offset = isInOneChunk ? first : 0; offset < end; offset++) {
    const written = blocksWritten(layout, part, offset)
    if (written > 0 && written < dataWidth) rows.push(offset)
  }
  return rows
}

/** Of the row at `offset` in the chunks. */
function blocksWritten({ chunkBlocks, stripeBlocks }: GroupLayout, { firstBlock, blockCount }: StripePart, offset: number): number {
  const first = firstBlock % stripeBlocks
  const last = first + blockCount - 1
  return Math.floor((last - offset) / chunkBlocks) - Math.ceil((first - offset) / chunkBlocks) + 1
}

/** What a log says is believed only where it fits: its volume may have been somewhere else. */
export function fits(layout: GroupLayout, update: PartialParity): boolean {
  const { firstBlock, blockCount, data } = update
  const isInStripe = firstBlock >= 0 && firstBlock + blockCount <= layout.usableBlocks && (firstBlock % layout.stripeBlocks) + blockCount <= layout.stripeBlocks
  return layout.level === 'raid5' && isInStripe && data.length === partialRows(layout, update).length * BLOCK_BYTES
}

/** What is kept of the partial parity of a changing range: `range` begins with the row at `firstOffset`. */
export function blocksOfRows(rows: readonly number[], firstOffset: number, range: Uint8Array): Uint8Array {
  if (rows.length * BLOCK_BYTES === range.length) return range
  const data = new Uint8Array(rows.length * BLOCK_BYTES)
  rows.forEach((offset, index) => data.set(range.subarray((offset - firstOffset) * BLOCK_BYTES, (offset - firstOffset + 1) * BLOCK_BYTES), index * BLOCK_BYTES))
  return data
}
