import { assert, present } from '../../../base/assert'
import { toHex } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import type { ClockPort, TraceTag } from '../../ports'
import { indexOf } from '../../raid/partial-parity'
import type { CacheWrite } from './cache-write'
import type { CacheOutcome, LiveRecord } from './live-record'
import { decodeHead, encodeRecord, RECORD_HEADER_BYTES, type RecordHead } from './record'
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
  readonly hasIndex: boolean | undefined
  readonly data: Uint8Array
}

/** Terms on which room in the log is given up. */
export interface Trimming {
  /** Somebody waits for room. */
  readonly isRoomWanted: boolean
  /** It cannot go to the drives, or is still needed for one that cannot. */
  isPinned(record: LiveRecord): boolean
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

  /** Of the log, 0 to 1. */
  get fill(): number {
    return this.#log.usedBytes / this.#log.capacityBytes
  }

  /** What stays in the log leaves others little room: no more of it. */
  get isCrowded(): boolean {
    return (this.#log.usedBytes + this.#reservedBytes) * 2 > this.#log.capacityBytes
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
    const { volumeId, volumeEpoch, firstBlock, blockCount, hasIndex, data } = entry
    const head = { volumeId, volumeEpoch, firstBlock, blockCount, hasIndex, parityBlocks: data.length / BLOCK_BYTES }
    return this.#put(head, [data], { journalBytes: 0, forceUnitAccess: false, trace: undefined, finish: () => undefined })
  }

  /** The record is done. */
  close(record: LiveRecord): void {
    assert(record.isOpen, () => `record ${record.sequence} is closed again`)
    record.state = 'done'
    record.isOpen = false
    this.#unreserve(record)
  }

  /** Gives up the oldest records that are done, where it is worth it or somebody waits for room. False: nothing was. */
  trim({ isRoomWanted, isPinned }: Trimming): boolean {
    const log = this.#log
    let done = this.#trimmed
    let bytes = 0
    while (done < this.#live.length && isOver(this.#live[done]!, isPinned)) bytes += this.#live[done++]!.bytes.length
    const isAll = done === this.#live.length
    if (done === this.#trimmed || !(isAll || bytes * TRIM_PART >= log.capacityBytes || isRoomWanted)) return false
    log.trimTo(isAll ? log.nextSequence : this.#live[done]!.sequence)
    for (let index = this.#trimmed; index < done; index++) this.#unreserve(this.#live[index]!)
    this.#trimmed = done
    this.#forget()
    return true
  }

  /**
   * What is pinned at the head of the log keeps all behind it from being given up, and in the end everybody waiting for
   * room. So it is carried on to the tail, where that is worth it or somebody waits. Wherever a controller dies in between,
   * the record is there, once or twice; which is newer than which goes by the sequence that each had first. False: nothing
   * was given up.
   */
  carryOn({ isRoomWanted, isPinned }: Trimming, carried: (record: LiveRecord) => void): boolean {
    const log = this.#log
    const head = this.#live[this.#trimmed]
    if (head === undefined || !isPinned(head) || !(isRoomWanted || log.usedBytes * 2 > log.capacityBytes)) return false
    const behind = this.records()
    // Of partial parity of the same blocks again and again, as often as an update was tried, only the newest says something.
    const newest = new Map(behind.filter(({ isPartialParity }) => isPartialParity).map((record) => [blocksOf(record), record]))
    const isCarried = (record: LiveRecord): boolean =>
      isPinned(record) && (!record.isPartialParity || record.state !== 'done' || newest.get(blocksOf(record)) === record)
    const freeable = behind.reduce((bytes, record) => bytes + (record.state === 'done' && !isCarried(record) ? record.bytes.length : 0), 0)
    const isMoreToCome = behind.some((record) => record.state !== 'done' && !isCarried(record))
    if (freeable === 0 || (freeable * TRIM_PART < log.capacityBytes && (isMoreToCome || !isRoomWanted))) return false
    let isFreed = false
    for (const record of behind) {
      const { sequence } = record
      if (isCarried(record)) {
        if (!log.fits(record.bytes.length)) break
        this.#carry(record)
        carried(record)
      } else if (record.state === 'done') {
        isFreed = true
        this.#unreserve(record)
      } else break
      log.trimTo(sequence + 1)
      this.#trimmed++
    }
    this.#forget()
    return isFreed
  }

  #carry(record: LiveRecord): void {
    const log = this.#log
    const { sequence, bytes } = record
    const { dataCrc: _, ...head } = present(decodeHead(bytes.subarray(0, RECORD_HEADER_BYTES)), 'the head of a live record')
    record.sequence = log.nextSequence
    record.bytes = encodeRecord({ ...head, sequence: record.sequence, firstHad: head.firstHad ?? sequence }, [
      bytes.subarray(RECORD_HEADER_BYTES),
    ])
    log.append(record.bytes)
    this.#live.push(record)
  }

  /** Half of what was reserved for it. */
  #unreserve({ journalBytes }: LiveRecord): void {
    this.#reservedBytes -= journalBytes
    assert(this.#reservedBytes >= 0, () => `${this.#reservedBytes} bytes are reserved in the log`)
  }

  #forget(): void {
    const log = this.#log
    const first = this.#live[this.#trimmed]?.sequence ?? log.nextSequence
    assert(first === log.firstSequence, () => `record ${first} is the oldest that is known, and ${log.firstSequence} the oldest of the log`)
    const isAll = this.#trimmed === this.#live.length
    if (!isAll && !(this.#trimmed >= FORGOTTEN_AT_ONCE && this.#trimmed * 2 > this.#live.length)) return
    this.#live = this.#live.slice(this.#trimmed)
    this.#trimmed = 0
  }

  #put(head: Omit<RecordHead, 'sequence' | 'logEpoch'>, data: readonly Uint8Array[], rest: LiveRecordRest): LiveRecord {
    const log = this.#log
    const { volumeId, volumeEpoch, firstBlock, blockCount, parityBlocks, hasIndex } = head
    const sequence = log.nextSequence
    const bytes = encodeRecord(
      { sequence, logEpoch: log.logEpoch, volumeId, volumeEpoch, firstBlock, blockCount, parityBlocks, hasIndex },
      data,
    )
    log.append(bytes)
    const { forceUnitAccess, trace, journalBytes, finish } = rest
    const record: LiveRecord = {
      sequence,
      volumeId,
      firstBlock,
      endBlock: firstBlock + blockCount,
      bytes,
      finish,
      journalBytes,
      isPartialParity: parityBlocks !== undefined,
      appendedAtMs: this.#clock.nowMs(),
      forceUnitAccess,
      trace,
      state: 'logged',
      liveBlocks: 0,
      isOpen: true,
      waiters: [],
    }
    this.#live.push(record)
    return record
  }
}

/** It can be given up as soon as all before it can. */
function isOver(record: LiveRecord, isPinned: Trimming['isPinned']): boolean {
  return record.state === 'done' && !(record.isPartialParity && isPinned(record))
}

/** Which blocks an update writes that has logged this partial parity: two of the same range may leave different ones alone. */
function blocksOf({ volumeId, firstBlock, endBlock, bytes }: LiveRecord): string {
  const head = present(decodeHead(bytes.subarray(0, RECORD_HEADER_BYTES)), 'the head of a live record')
  const index = indexOf({ hasIndex: head.hasIndex, data: bytes.subarray(RECORD_HEADER_BYTES) })
  return `${volumeId} ${firstBlock} ${endBlock} ${toHex(index)}`
}

interface LiveRecordRest {
  readonly forceUnitAccess: boolean
  readonly trace: TraceTag | undefined
  readonly journalBytes: number
  readonly finish: (outcome: CacheOutcome<undefined>) => void
}
