import { concatBytes } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { shifted } from '../../mapping/volume-io'
import type { MappedGroup, VolumeMap } from '../../mapping/volume-map'
import { runsOf, withoutRows } from '../../raid/partial-parity'
import type { LogRecord } from '../log/record'

type MapOf = (volumeId: number) => VolumeMap<MappedGroup> | undefined

/**
 * What a replay logs again, in order. If the controller dies while it is being written, only the first of these are in the log, and
 * they count as newer than all that they were made of. So none may have anything that a later one replaces: each write has the newest
 * data of its blocks, and of the partial parity of each row, only the newest is kept.
 *
 * An example: record 3 wrote 1 to block 7, and record 9 wrote 2. Both are logged again, with 2. If the controller dies after the
 * first of them, block 7 is still 2. Record 4 has partial parity of rows 0 to 3, and record 10 of rows 2 to 5. Record 4 is logged
 * again with rows 0 and 1.
 */
export function keptRecords(records: readonly LogRecord[], mapOf: MapOf): readonly LogRecord[] {
  const newest = new Map<string, Uint8Array>()
  for (const { volumeId, firstBlock, blockCount, parityBlocks, data } of records) {
    if (parityBlocks !== undefined) continue
    for (let at = 0; at < blockCount; at++) {
      newest.set(nameOf(volumeId, firstBlock + at), data.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES))
    }
  }
  const withNewest = (record: LogRecord): LogRecord => {
    const blocks = Array.from({ length: record.blockCount }, (_, at) => newest.get(nameOf(record.volumeId, record.firstBlock + at))!)
    return { ...record, data: concatBytes(blocks) }
  }
  return withoutReplacedRows(records, mapOf).map((record) => (record.parityBlocks === undefined ? withNewest(record) : record))
}

/** Partial parity of a volume that is gone, and what does not fit its groups, is left out, because nobody would believe it. */
function withoutReplacedRows(records: readonly LogRecord[], mapOf: MapOf): readonly LogRecord[] {
  const kept: LogRecord[] = []
  const later = new Set<string>()
  for (const record of [...records].reverse()) {
    const left = record.parityBlocks === undefined ? record : withoutLaterRows(record, mapOf(record.volumeId), later)
    if (left !== undefined) kept.push(left)
  }
  return kept.reverse()
}

/** Adds the rows of the record to `later`. */
function withoutLaterRows(record: LogRecord, map: VolumeMap<MappedGroup> | undefined, later: Set<string>): LogRecord | undefined {
  const slice = map?.sliceOfStripes(record)
  if (slice === undefined) return undefined
  const { group, shift } = slice
  const { layout } = group
  const inGroup = shifted(record, shift)
  const runs = runsOf(layout, inGroup)
  if (runs === undefined) return undefined
  const stripe = Math.floor(inGroup.firstBlock / layout.stripeBlocks)
  const rowAt = (offset: number): string => `${layout.groupId} ${stripe * layout.chunkBlocks + offset}`
  const replaced = new Set(Array.from({ length: layout.chunkBlocks }, (_, offset) => offset).filter((offset) => later.has(rowAt(offset))))
  for (const { firstBlock, blockCount } of runs) {
    for (let block = firstBlock; block < firstBlock + blockCount; block++) later.add(rowAt(block % layout.chunkBlocks))
  }
  if (replaced.size === 0) return record
  const left = withoutRows(layout, inGroup, (offset) => replaced.has(offset))
  if (left === undefined) return undefined
  const { hasIndex, data } = left
  const { firstBlock, blockCount } = shifted(left, -shift)
  return { ...record, firstBlock, blockCount, hasIndex, data, parityBlocks: data.length / BLOCK_BYTES }
}

function nameOf(volumeId: number, block: number): string {
  return `${volumeId} ${block}`
}
