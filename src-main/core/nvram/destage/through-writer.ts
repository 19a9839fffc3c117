import { assert } from '../../../base/assert'
import type { GroupFault } from '../../raid/group-io'
import type { CachePorts } from '../cache-status'
import type { LiveLog } from '../log/live-log'
import type { CacheFault, LiveRecord } from '../log/live-record'
import { bytesOf } from './extent-map'
import type { StripeJournal } from './stripe-journal'
import { overlap, type ThroughWrite, type VolumeDirt } from './volume-dirt'

export interface ThroughWriterParts {
  readonly ports: CachePorts
  readonly live: LiveLog
  readonly journal: StripeJournal
  /** A write waits for these to be destaged. */
  hurry(records: readonly LiveRecord[]): void
  /** The write has ended and is off the list of its volume. Its writer is told next. */
  ended(dirt: VolumeDirt, record: LiveRecord): void
  /** The write was interrupted and is off the list of its volume. Its record must stay in the log until the drives have all of it. */
  interrupted(dirt: VolumeDirt, record: LiveRecord, fault: GroupFault): void
  /** The range of a write is free for others. */
  freed(): void
  /** This controller has stopped acknowledging. If a write fails now, the drives are not to blame. */
  isStopped(): boolean
}

/** Writes straight to the drives. Each write waits for everything older in its range. */
export class ThroughWriter {
  readonly #parts: ThroughWriterParts

  constructor(parts: ThroughWriterParts) {
    this.#parts = parts
  }

  write(dirt: VolumeDirt, record: LiveRecord, finish: (fault: CacheFault | undefined) => void): void {
    dirt.through.push({ record, finish, isUnderWay: false })
    this.advance(dirt)
  }

  /** Starts the writes that no longer wait for anything older. */
  advance(dirt: VolumeDirt): void {
    for (const write of [...dirt.through]) {
      const { record } = write
      if (!dirt.through.includes(write) || write.isUnderWay || isBehindAnother(dirt, write)) continue
      const older = dirt.extents.within(record.firstBlock, record.endBlock)
      if (dirt.isFailing && (older.length > 0 || this.#parts.live.isCrowded)) this.#ended(dirt, write, dirt.fault)
      else if (older.length > 0) this.#parts.hurry(older.map(({ source }) => source))
      else if (!dirt.isBeingWritten(record)) this.#start(dirt, write)
    }
  }

  #start(dirt: VolumeDirt, write: ThroughWrite): void {
    const { record } = write
    const place = this.#parts.ports.place(record.volumeId)
    if (place === undefined) {
      this.#ended(dirt, write, 'stale-epoch')
      return
    }
    write.isUnderWay = true
    dirt.writes.add(record)
    const data = [bytesOf({ source: record }, record.firstBlock, record.endBlock)]
    const { secure, release } = this.#parts.journal.cover(record.volumeId, place)
    const { firstBlock } = record
    place.io.write({ firstBlock, data, claim: place.claim, cause: record.trace?.cause, secure }, (outcome) => {
      release()
      dirt.writes.delete(record)
      const fault = outcome.ok ? undefined : this.#parts.isStopped() ? 'stopped' : outcome.fault
      const isInterrupted =
        !outcome.ok && outcome.fault !== 'stale-epoch' && place.io.isInterrupted({ firstBlock, blockCount: record.endBlock - firstBlock })
      this.#ended(dirt, write, fault, isInterrupted ? outcome.fault : undefined)
      this.advance(dirt)
      this.#parts.freed()
    })
  }

  #ended(dirt: VolumeDirt, write: ThroughWrite, fault: CacheFault | undefined, interruptedBy?: GroupFault): void {
    const others = dirt.through.filter((other) => other !== write)
    assert(others.length === dirt.through.length - 1, () => `the write of record ${write.record.sequence} ended twice`)
    dirt.through = others
    if (interruptedBy !== undefined) this.#parts.interrupted(dirt, write.record, interruptedBy)
    else {
      write.record.isRefused = fault !== undefined
      this.#parts.ended(dirt, write.record)
    }
    write.finish(fault)
  }
}

function isBehindAnother(dirt: VolumeDirt, write: ThroughWrite): boolean {
  const { record } = write
  return dirt.through.some((other) => other !== write && other.record.sequence < record.sequence && overlap(other.record, record))
}
