import { concatBytes, equalBytes, getU16, putU16 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import type { BlockRun, GroupLayout } from './levels/level'
import type { PartialParity } from './write-plan'

export type { PartialParity } from './write-plan'

/**
 * Partial parity: what a crash in the middle of an update would take from a stripe.
 *
 * A *row* is one block on each member, at the same place. An update writes some data blocks of a row and its parity, each on
 * a drive of its own. Between the first of these writes and the last, the parity is that of neither the old data nor the
 * new. If a drive is lost in this moment, the blocks that nobody was writing cannot be worked out from the row any more. So
 * the parity of just these blocks, the partial parity, is logged before the first write.
 *
 * An example: five drives, RAID 5, a chunk of 8 blocks. Row 3 of stripe 0 is blocks 3, 11, 19 and 27 of the group, and
 * parity. Say they have the values 1, 2, 4 and 8, and parity 1 ^ 2 ^ 4 ^ 8 = 15. An update writes 16 to block 11:
 *
 *                         block 3   block 11   block 19   block 27   parity
 *     before                    1          2          4          8       15
 *     after                     1         16          4          8       29
 *     a crash between           1         16          4          8       15
 *
 * If the drive of block 19 is lost as well, the row says 1 ^ 16 ^ 8 ^ 15 = 22 instead of 4. The log has the partial parity
 * 1 ^ 4 ^ 8 = 13. It does not depend on what was written and what was not, so block 19 is 13 ^ 1 ^ 8 = 4. Block 11 itself
 * is in the log as a write, and is written again by the replay, which makes the parity of data alone.
 *
 * RAID 6 has two parities, P and Q, and may lose two blocks that nobody was writing. So the partial parity of both is
 * logged. Where the update leaves just one block of the row, one of them is enough: it says that block.
 *
 * `data` has the partial parity of the rows of which some data blocks are written and not all, in ascending order: first P
 * of all of them, then Q of those where that is needed. A parity whose member is out is left out: with it, one block less
 * can be lost.
 *
 * Most updates write one run of blocks, and all parity is there: `firstBlock` and `blockCount` say everything. For the
 * others `data` begins with an index, numbers of 16 bits, filled up to whole blocks:
 *
 *     0  which parity there is (1 for P, 2 for Q, 3 for both)      4  the first run: blocks behind `firstBlock`
 *     2  how many runs are written                                  6  the first run: its length; and so on
 */

/** What an update leaves of one row. */
export interface PartialRow {
  /** In the chunks. */
  readonly offset: number
  /** A bit for each data chunk whose block is written. */
  readonly written: number
  /** By parity, 0 for P and 1 for Q: that of the blocks that are not written, where it was logged. */
  readonly parity: readonly (Uint8Array | undefined)[]
}

const RUNS_AT = 4
const RUN_BYTES = 4

/** For each row of the stripe, a bit for each data chunk whose block is in one of these runs. */
export function writtenChunks({ chunkBlocks, stripeBlocks }: GroupLayout, runs: readonly BlockRun[]): Uint32Array {
  const written = new Uint32Array(chunkBlocks)
  for (const { firstBlock, blockCount } of runs) {
    const first = firstBlock % stripeBlocks
    for (let block = first; block < first + blockCount; block++) written[block % chunkBlocks]! |= 1 << Math.floor(block / chunkBlocks)
  }
  return written
}

/** One parity of an update: `rowsAt` gives the partial parity of rows that lie one behind the other. */
export interface UpdatedParity {
  /** 0 for P, 1 for Q. */
  readonly index: number
  rowsAt(offset: number, rowCount: number): Uint8Array
}

/** Puts together what is logged of an update that writes these runs: a copy. `parity`: each that is there, in order. */
export function partialParityOf(layout: GroupLayout, runs: readonly BlockRun[], parity: readonly UpdatedParity[]): PartialParity {
  const first = runs[0]!
  const last = runs.at(-1)!
  const firstBlock = first.firstBlock
  const blockCount = last.firstBlock + last.blockCount - firstBlock
  const hasIndex = runs.length > 1 || parity.length < layout.rule.parityCount
  if (!hasIndex && blockCount === layout.stripeBlocks) return { firstBlock, blockCount, data: new Uint8Array(0) }
  const index = hasIndex ? encodeIndex(firstBlock, runs, parity) : new Uint8Array(0)
  const written = writtenChunks(layout, runs)
  const pieces: Uint8Array[] = [index]
  parity.forEach((one, position) => eachStretch(layout, written, position, (offset, rowCount) => pieces.push(one.rowsAt(offset, rowCount))))
  const data = concatBytes(pieces)
  return hasIndex ? { firstBlock, blockCount, hasIndex, data } : { firstBlock, blockCount, data }
}

/** The runs that it writes. Undefined where it does not fit the group: what a log says is believed only where it does. */
export function runsOf(layout: GroupLayout, update: PartialParity): readonly BlockRun[] | undefined {
  const { firstBlock, blockCount } = update
  const { stripeBlocks, usableBlocks, rule } = layout
  const isInGroup = firstBlock >= 0 && blockCount > 0 && firstBlock + blockCount <= usableBlocks
  if (!isInGroup || (firstBlock % stripeBlocks) + blockCount > stripeBlocks || rule.parityCount === 0) return undefined
  return update.hasIndex === true ? decodeIndex(update)?.runs : [{ firstBlock, blockCount }]
}

/** What it says of the rows, in ascending order. Undefined where it does not fit the group: its volume may have been elsewhere. */
export function rowsOf(layout: GroupLayout, update: PartialParity): PartialRow[] | undefined {
  const { parityCount } = layout.rule
  const runs = runsOf(layout, update)
  if (runs === undefined) return undefined
  const index = update.hasIndex === true ? decodeIndex(update) : undefined
  const there = index?.parity ?? Array.from({ length: parityCount }, (_, parity) => parity)
  if (there.some((parity) => parity >= parityCount)) return undefined
  const written = writtenChunks(layout, runs)
  const rows = new Map<number, (Uint8Array | undefined)[]>()
  let at = index?.byteLength ?? 0
  there.forEach((parity, position) => {
    eachStretch(layout, written, position, (first, rowCount) => {
      for (let offset = first; offset < first + rowCount; offset++, at += BLOCK_BYTES) {
        const blocks = rows.get(offset) ?? new Array<Uint8Array | undefined>(parityCount).fill(undefined)
        blocks[parity] = update.data.subarray(at, at + BLOCK_BYTES)
        rows.set(offset, blocks)
      }
    })
  })
  if (at !== update.data.length) return undefined
  return [...rows].map(([offset, parity]) => ({ offset, written: written[offset]!, parity }))
}

/** Both write the same blocks, of rows in the same state. */
export function isSameUpdate(a: PartialParity, b: PartialParity): boolean {
  if (a.firstBlock !== b.firstBlock || a.blockCount !== b.blockCount || a.hasIndex !== b.hasIndex) return false
  return equalBytes(indexOf(a), indexOf(b))
}

/** What `data` begins with; empty where there is no index. */
export function indexOf({ hasIndex, data }: Pick<PartialParity, 'hasIndex' | 'data'>): Uint8Array {
  return hasIndex === true ? data.subarray(0, indexBlocks(getU16(data, 2)) * BLOCK_BYTES) : data.subarray(0, 0)
}

/** What the index takes of an update of so many runs. */
export function indexBlocks(runCount: number): number {
  return Math.ceil((RUNS_AT + runCount * RUN_BYTES) / BLOCK_BYTES)
}

/** Rows of which some data blocks are written, and more than `leftBeyond` are not; those that lie one behind the other at once. */
function eachStretch(
  { dataWidth }: GroupLayout,
  written: Uint32Array,
  leftBeyond: number,
  visit: (offset: number, rowCount: number) => void,
): void {
  let from = -1
  for (let offset = 0; offset <= written.length; offset++) {
    const chunks = written[offset] ?? 0
    const isIn = chunks !== 0 && dataWidth - bitCount(chunks) > leftBeyond
    if (isIn && from < 0) from = offset
    if (!isIn && from >= 0) {
      visit(from, offset - from)
      from = -1
    }
  }
}

function bitCount(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

function encodeIndex(firstBlock: number, runs: readonly BlockRun[], parity: readonly UpdatedParity[]): Uint8Array {
  const bytes = new Uint8Array(indexBlocks(runs.length) * BLOCK_BYTES)
  putU16(
    bytes,
    0,
    parity.reduce((bits, { index }) => bits | (1 << index), 0),
  )
  putU16(bytes, 2, runs.length)
  runs.forEach((run, position) => {
    putU16(bytes, RUNS_AT + position * RUN_BYTES, run.firstBlock - firstBlock)
    putU16(bytes, RUNS_AT + position * RUN_BYTES + 2, run.blockCount)
  })
  return bytes
}

interface Index {
  readonly runs: readonly BlockRun[]
  readonly parity: readonly number[]
  readonly byteLength: number
}

/** Undefined where it is none. */
function decodeIndex({ firstBlock, blockCount, data }: PartialParity): Index | undefined {
  if (data.length < BLOCK_BYTES) return undefined
  const bits = getU16(data, 0)
  const runCount = getU16(data, 2)
  const byteLength = indexBlocks(runCount) * BLOCK_BYTES
  if (data.length < byteLength) return undefined
  const runs: BlockRun[] = []
  let behind = 0
  for (let position = 0; position < runCount; position++) {
    const from = getU16(data, RUNS_AT + position * RUN_BYTES)
    const length = getU16(data, RUNS_AT + position * RUN_BYTES + 2)
    if (length === 0 || from < behind) return undefined
    runs.push({ firstBlock: firstBlock + from, blockCount: length })
    behind = from + length
  }
  if (behind !== blockCount || runs[0]?.firstBlock !== firstBlock) return undefined
  return { runs, parity: [0, 1].filter((parity) => (bits & (1 << parity)) !== 0), byteLength }
}
