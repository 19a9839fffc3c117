import { concatBytes } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { isSameUpdate } from '../../raid/partial-parity'
import type { LogRecord } from '../log/record'

/**
 * What a replay logs again, in order. If the controller dies while it is being written, only the first of these are in the log, and
 * they count as newer than all that they were made of. So none may have anything that a later one replaces: each write has the newest
 * data of its blocks, and of the partial parity of one update, which is logged with each try, only the newest is kept.
 *
 * An example: record 3 wrote 1 to block 7, and record 9 wrote 2. Both are logged again, with 2. If the controller dies after the
 * first of them, block 7 is still 2.
 */
export function keptRecords(records: readonly LogRecord[]): readonly LogRecord[] {
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
  return withoutEarlierTries(records).map((record) => (record.parityBlocks === undefined ? withNewest(record) : record))
}

function withoutEarlierTries(records: readonly LogRecord[]): readonly LogRecord[] {
  const kept: LogRecord[] = []
  const later = new Map<string, LogRecord[]>()
  for (const record of [...records].reverse()) {
    if (record.parityBlocks !== undefined) {
      const name = nameOf(record.volumeId, record.firstBlock)
      const others = later.get(name) ?? []
      if (others.some((other) => isSameUpdate(record, other))) continue
      later.set(name, [...others, record])
    }
    kept.push(record)
  }
  return kept.reverse()
}

function nameOf(volumeId: number, block: number): string {
  return `${volumeId} ${block}`
}
