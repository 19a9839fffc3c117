import { overlap, type BlockRange } from './volume-dirt'
import type { DirtyRead } from './dirty-read'

export interface ReadUnderWay extends BlockRange {
  readonly volumeId: number
  isOvertaken: boolean
}

/**
 * Reads that the drives have not answered. While one waits for a stripe there, an update may stop halfway. What the drives have of the
 * blocks of that update is neither the old data nor the new where a drive is out, since parity cannot be trusted. They are dirty from
 * then on, so the read begins anew and finds them in the log.
 */
export class ReadsUnderWay {
  readonly #reads = new Set<ReadUnderWay>()

  begin({ volumeId, firstBlock, blockCount }: DirtyRead): ReadUnderWay {
    const read = { volumeId, firstBlock, endBlock: firstBlock + blockCount, isOvertaken: false }
    this.#reads.add(read)
    return read
  }

  /** False if what the drives gave is of no use. */
  end(read: ReadUnderWay): boolean {
    this.#reads.delete(read)
    return !read.isOvertaken
  }

  /** An update of these blocks has stopped halfway. */
  overtake(volumeId: number, range: BlockRange): void {
    for (const read of this.#reads) if (read.volumeId === volumeId && overlap(read, range)) read.isOvertaken = true
  }
}
