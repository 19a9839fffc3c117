import { BLOCK_BYTES } from '../../base/units'
import type { ClockPort, TraceTag } from '../ports'
import type { CacheWrite } from './cache-write'
import type { CacheOutcome, LiveRecord } from './live-record'
import { encodeRecord, type RecordHead } from './record'
import type { RingLog } from './ring-log'

/** Trimming costs a write of the NVRAM: it waits until this part of the log can be given up, or all of it. */
const TRIM_PART = 16
/** Records that are gone are forgotten in so many at a time at least. */
const FORGOTTEN_AT_ONCE = 64

export interface PartialParityEntry {
  readonly volumeId: number
  readonly volumeEpoch: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly data: Uint8Array
}

/** What is in the log of this controller and why it is still there, beside its bytes in the ring. */
export class LiveLog {
  readonly #log: RingLog
  readonly #clock: ClockPort
  /** In the order of the log; the first `#trimmed` are gone from it. */
  #live: LiveRecord[] = []
  #trimmed = 0
  #reservedBytes = 0

  constructor(log: RingLog, clock: ClockPort) {
    this.#log = log
    this.#clock = clock
  }

  get firstSequence(): number {
    return this.#log.firstSequence
  }

  /**
   * Room that must stay free for partial parity: of what is not on the drives yet, for its way there, and of all that is
   * in the log, for a replay, which writes it again.
   */
  get reservedBytes(): number {
    return this.#reservedBytes
  }

  fits(byteLength: number): boolean {
    return this.#log.fits(byteLength)
  }

  /** All that is not trimmed, the oldest first. */
  records(): readonly LiveRecord[] {
    return this.#live.slice(this.#trimmed)
  }

  /** There must be room. `finish` is for whoever acknowledges the write. */
  append(io: CacheWrite, journalBytes: number, finish: (outcome: CacheOutcome<undefined>) => void): LiveRecord {
    this.#reservedBytes += 2 * journalBytes
    return this.#put(io, io.data, { forceUnitAccess: io.forceUnitAccess, trace: io.trace, journalBytes, finish })
  }

  /** There must be room. */
  appendPartialParity(entry: PartialParityEntry): LiveRecord {
    const { volumeId, volumeEpoch, firstBlock, blockCount, data } = entry
    const head = { volumeId, volumeEpoch, firstBlock, blockCount, parityBlocks: data.length / BLOCK_BYTES }
    return this.#put(head, [data], { journalBytes: 0, forceUnitAccess: false, trace: undefined, finish: () => undefined })
  }

  /** The record is done. */
  close(record: LiveRecord): void {
    record.state = 'done'
    if (record.isOpen) this.#reservedBytes -= record.journalBytes
    record.isOpen = false
  }

  /** Gives up the oldest records that are done, where it is worth it or somebody waits for room. False: nothing was. */
  trim(isRoomWanted: boolean): boolean {
    const log = this.#log
    let done = this.#trimmed
    let bytes = 0
    while (done < this.#live.length && this.#live[done]!.state === 'done') bytes += this.#live[done++]!.bytes.length
    const isAll = done === this.#live.length
    if (done === this.#trimmed || !(isAll || bytes * TRIM_PART >= log.capacityBytes || isRoomWanted)) return false
    log.trimTo(isAll ? log.nextSequence : this.#live[done]!.sequence)
    for (let index = this.#trimmed; index < done; index++) this.#reservedBytes -= this.#live[index]!.journalBytes
    this.#trimmed = done
    if (isAll || (done >= FORGOTTEN_AT_ONCE && done * 2 > this.#live.length)) {
      this.#live = this.#live.slice(done)
      this.#trimmed = 0
    }
    return true
  }

  #put(head: Omit<RecordHead, 'sequence' | 'logEpoch'>, data: readonly Uint8Array[], rest: LiveRecordRest): LiveRecord {
    const log = this.#log
    const { volumeId, volumeEpoch, firstBlock, blockCount, parityBlocks } = head
    const sequence = log.nextSequence
    const bytes = encodeRecord({ sequence, logEpoch: log.logEpoch, volumeId, volumeEpoch, firstBlock, blockCount, parityBlocks }, data)
    log.append(bytes)
    const { forceUnitAccess, trace, journalBytes, finish } = rest
    const record: LiveRecord = {
      sequence, volumeId, firstBlock, endBlock: firstBlock + blockCount, bytes, finish, journalBytes,
      appendedAtMs: this.#clock.nowMs(), forceUnitAccess, trace, state: 'logged', liveBlocks: 0, isOpen: true, waiters: [],
    }
    this.#live.push(record)
    return record
  }
}

interface LiveRecordRest {
  readonly forceUnitAccess: boolean
  readonly trace: TraceTag | undefined
  readonly journalBytes: number
  readonly finish: (outcome: CacheOutcome<undefined>) => void
}
