import { BLOCK_BYTES } from '../../../base/units'
import type { LiveRecord } from './live-record'
import { RECORD_HEADER_BYTES } from './record'

/** Blocks of a volume are fewer. */
const VOLUME_STRIDE = 2 ** 40

/** Which write in the log is the newest of each block, by the order in which hosts sent them. Refused ones do not count. */
export class NewestBlocks {
  readonly #writes = new Map<number, LiveRecord>()

  constructor(records: readonly LiveRecord[]) {
    const writes = records.filter(({ isPartialParity, isRefused }) => !isPartialParity && !isRefused)
    for (const record of writes.sort((a, b) => a.firstSequence - b.firstSequence)) {
      for (let block = record.firstBlock; block < record.endBlock; block++) this.#writes.set(keyOf(record.volumeId, block), record)
    }
  }

  /** The writes over some blocks of this one, each with the block. */
  *over({ volumeId, firstBlock, endBlock, firstSequence }: LiveRecord): Generator<{ readonly block: number; readonly by: LiveRecord }> {
    for (let block = firstBlock; block < endBlock; block++) {
      const by = this.#writes.get(keyOf(volumeId, block))
      if (by !== undefined && by.firstSequence > firstSequence) yield { block, by }
    }
  }
}

/** What a write in the log has for one of its blocks. */
export function blockOf({ firstBlock, bytes }: Pick<LiveRecord, 'firstBlock' | 'bytes'>, block: number): Uint8Array {
  const at = RECORD_HEADER_BYTES + (block - firstBlock) * BLOCK_BYTES
  return bytes.subarray(at, at + BLOCK_BYTES)
}

function keyOf(volumeId: number, block: number): number {
  return volumeId * VOLUME_STRIDE + block
}
