import { present } from '../../base/assert'
import { concatBytes, equalBytes, getU16, putU16 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import type { BlockRun, GroupLayout } from './levels/level'
import type { PartialParity } from './write-plan'

export type { PartialParity } from './write-plan'

/**
 * Partial parity protects the blocks of a stripe that an interrupted update was not writing.
 *
 * A *row* is one block on each member, at the same place. An update writes some data blocks of a row and its parity, each on a
 * drive of its own. Between the first and the last of these writes, the parity matches neither the old data nor the new. If a
 * drive is lost at this moment, the row no longer gives the blocks that nobody was writing. So the parity of just these blocks,
 * the partial parity, is logged before the first write.
 *
 * An example: five drives, RAID 5, a chunk of 8 blocks. Row 3 of stripe 0 is blocks 3, 11, 19 and 27 of the group, and parity.
 * Say they have the values 1, 2, 4 and 8, and parity 1 ^ 2 ^ 4 ^ 8 = 15. An update writes 16 to block 11:
 *
 *                         block 3   block 11   block 19   block 27   parity
 *     before                    1          2          4          8       15
 *     after                     1         16          4          8       29
 *     a crash between           1         16          4          8       15
 *
 * If the drive of block 19 is lost as well, the row gives 1 ^ 16 ^ 8 ^ 15 = 22 instead of 4. The log has the partial parity
 * 1 ^ 4 ^ 8 = 13. It does not depend on which writes were done, so block 19 is 13 ^ 1 ^ 8 = 4. Block 11 itself is in the log as
 * a write. The replay writes it again and computes the parity from data alone.
 *
 * RAID 6 has two parities, P and Q, and may lose two blocks that nobody was writing. So the partial parity of both is logged. If
 * the update leaves only one block of the row alone, one of them is enough, because it gives that block.
 *
 * `data` has the partial parity of the rows that are written in part, in ascending order: first P of all of them, then Q of those
 * that need it. The parity of a member that is out is omitted, so one block fewer may be lost.
 *
 * Most updates write one run of blocks while all parity is present: `firstBlock` and `blockCount` say everything. For the others,
 * `data` begins with an index of 16-bit numbers, padded to whole blocks:
 *
 *     0  which parity is present (1 for P, 2 for Q, 3 for both)    4  the first run: blocks after `firstBlock`
 *     2  how many runs are written                                 6  the first run: its length; and so on
 */

/** What an update leaves alone in one row. */
export interface PartialRow {
  /** In each chunk, in blocks. */
  readonly offset: number
  /** A bit for each data chunk whose block is written. */
  readonly written: number
  /** By parity, 0 for P and 1 for Q: the partial parity, if it was logged. */
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

/** One parity of an update. `rowsAt` gives the partial parity of consecutive rows. */
export interface UpdatedParity {
  /** 0 for P, 1 for Q. */
  readonly index: number
  rowsAt(offset: number, rowCount: number): Uint8Array
}

/** Builds what is logged of an update that writes these runs, as a copy. `parity` lists what is present, in order. */
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

/** The runs that an update writes. Undefined if it does not fit the group: then the log is not believed. */
export function runsOf(layout: GroupLayout, update: PartialParity): readonly BlockRun[] | undefined {
  const { firstBlock, blockCount } = update
  const { stripeBlocks, usableBlocks, rule } = layout
  const isInGroup = firstBlock >= 0 && blockCount > 0 && firstBlock + blockCount <= usableBlocks
  if (!isInGroup || (firstBlock % stripeBlocks) + blockCount > stripeBlocks || rule.parityCount === 0) return undefined
  return update.hasIndex === true ? decodeIndex(update)?.runs : [{ firstBlock, blockCount }]
}

/** The rows of an update, in ascending order. Undefined if it does not fit the group: its volume may have been elsewhere. */
export function rowsOf(layout: GroupLayout, update: PartialParity): PartialRow[] | undefined {
  const { parityCount } = layout.rule
  const runs = runsOf(layout, update)
  if (runs === undefined) return undefined
  const there = parityOf(layout, update)
  if (there.some((parity) => parity >= parityCount)) return undefined
  const written = writtenChunks(layout, runs)
  const rows = new Map<number, (Uint8Array | undefined)[]>()
  let at = indexOf(update).length
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

/** What the log says of an update without these rows. Undefined if that is nothing, or if the update does not fit the group. */
export function withoutRows(layout: GroupLayout, update: PartialParity, isLeftOut: (offset: number) => boolean): PartialParity | undefined {
  const rows = rowsOf(layout, update)
  const runs = (runsOf(layout, update) ?? []).flatMap((run) => runsWithout(layout, run, isLeftOut))
  if (rows === undefined || runs.length === 0) return undefined
  const there = parityOf(layout, update)
  const blockAt = (offset: number, index: number): Uint8Array =>
    present(rows.find((row) => row.offset === offset)?.parity[index], `parity ${index} of row ${offset}`)
  return partialParityOf(
    layout,
    runs,
    there.map((index) => ({
      index,
      rowsAt: (offset, rowCount) => concatBytes(Array.from({ length: rowCount }, (_, row) => blockAt(offset + row, index))),
    })),
  )
}

function runsWithout(
  { chunkBlocks }: GroupLayout,
  { firstBlock, blockCount }: BlockRun,
  isLeftOut: (offset: number) => boolean,
): BlockRun[] {
  const runs: { firstBlock: number; blockCount: number }[] = []
  for (let block = firstBlock; block < firstBlock + blockCount; block++) {
    if (isLeftOut(block % chunkBlocks)) continue
    const run = runs.at(-1)
    if (run !== undefined && run.firstBlock + run.blockCount === block) run.blockCount++
    else runs.push({ firstBlock: block, blockCount: 1 })
  }
  return runs
}

/** Which parity it has, in order. */
function parityOf({ rule }: GroupLayout, update: PartialParity): readonly number[] {
  const index = update.hasIndex === true ? decodeIndex(update) : undefined
  return index?.parity ?? Array.from({ length: rule.parityCount }, (_, parity) => parity)
}

/** Whether both write the same blocks while the same parity is present. */
export function isSameUpdate(a: PartialParity, b: PartialParity): boolean {
  if (a.firstBlock !== b.firstBlock || a.blockCount !== b.blockCount || a.hasIndex !== b.hasIndex) return false
  return equalBytes(indexOf(a), indexOf(b))
}

/** The index that `data` begins with; empty if there is none. */
export function indexOf({ hasIndex, data }: Pick<PartialParity, 'hasIndex' | 'data'>): Uint8Array {
  return hasIndex === true ? data.subarray(0, indexBlocks(getU16(data, 2)) * BLOCK_BYTES) : data.subarray(0, 0)
}

/** How many blocks the index takes if the update has this many runs. */
export function indexBlocks(runCount: number): number {
  return Math.ceil((RUNS_AT + runCount * RUN_BYTES) / BLOCK_BYTES)
}

/** Visits stretches of consecutive rows with some data blocks written and more than `leftBeyond` left alone. */
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
}

/** Undefined if there is no valid index. */
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
  return { runs, parity: [0, 1].filter((parity) => (bits & (1 << parity)) !== 0) }
}
