import { assert, present } from '../../../base/assert'
import { toHex } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import type { ClockPort, TraceTag } from '../../ports'
import { indexOf } from '../../raid/partial-parity'
import type { CacheWrite } from './cache-write'
import type { CacheOutcome, LiveRecord } from './live-record'
import { blockOf, NewestBlocks } from './newest-blocks'
import { decodeHead, encodeRecord, RECORD_HEADER_BYTES, type RecordHead } from './record'
import type { RingLog } from './ring-log'

/** A trim costs a write of the NVRAM. It waits until one part in this many can be given up, or everything in the log. */
const TRIM_PART = 16
/** The list is shortened by at least this many records at a time. */
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

/** What decides whether records are trimmed. */
export interface Trimming {
  /** Somebody waits for room. */
  readonly isRoomWanted: boolean
  /** The record cannot go to the drives, or is needed for one that cannot. */
  isPinned(record: LiveRecord): boolean
  /** The drives still lack this block of the record, and nothing newer was acknowledged. */
  isDirty(record: LiveRecord, block: number): boolean
}

/**
 * What this controller knows of each record in its log. The ring has their bytes. Room is given up in the order of the log: a
 * record is trimmed when it and everything before it is done.
 *
 * An example: the log has 1 MiB, so a trim waits for 65,536 bytes, unless somebody waits for room. Each record is a write of 16
 * blocks and has 64 + 16 * 512 = 8,256 bytes.
 *
 *     record     1      2      3      4      5      6      7      8      9     10
 *     state   done   done   done   done   done   done   done  dirty  dirty   done      57,792 bytes: too little
 *     later   done   done   done   done   done   done   done   done  dirty   done      66,048 bytes: trimmed
 *
 * The head of the log is at record 9 then. Record 10 is done but waits for record 9.
 */
export class LiveLog {
  readonly #log: RingLog
  readonly #clock: ClockPort
  /** In the order of the log. The first `#trimmed` are no longer in it. */
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
   * Bytes that must stay free for partial parity. A write that is not on the drives yet needs room for the update of its
   * stripes. Every write in the log needs room for a replay, which updates the same stripes again.
   */
  get reservedBytes(): number {
    return this.#reservedBytes
  }

  /** The used part of the log, from 0 to 1. */
  get fill(): number {
    return this.#log.usedBytes / this.#log.capacityBytes
  }

  /** What stays in the log leaves too little room for others: no more of it is taken. */
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

  /** There must be room. Whoever acknowledges the write calls `finish`. */
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

  /** Trims the oldest records that are done, if that is worth a write or somebody waits for room. Returns whether it did. */
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
   * A record that is pinned at the head of the log keeps everything behind it from being trimmed. In the end everybody would
   * wait for room. So it is carried on to the tail, if that is worth it or somebody waits. Returns whether anything was
   * given up.
   *
   * An example, in the same log: the drives do not take record 9, and records 10 to 72 are done. Together they have
   * 64 * 8,256 = 528,384 bytes, more than half of the log.
   *
   *     log at first        9 pinned   10 … 72 done
   *     9 is carried on     9 pinned   10 … 72 done   73 pinned, first had 9
   *     trimmed to 73                                 73 pinned, first had 9      8,256 bytes
   *
   * If the controller dies after the second step, the log has the record twice. A replay sorts records by the sequence that each
   * had first. So record 73 comes beside record 9, and a later write to the same blocks, say record 50, still counts as newer.
   *
   * The drives may have taken some blocks of record 9, and record 50 over them. Record 50 is given up here, and a replay of record 73
   * must not undo it. So record 73 has the data of record 50 for these blocks.
   */
  carryOn({ isRoomWanted, isPinned, isDirty }: Trimming, carried: (record: LiveRecord) => void): boolean {
    const log = this.#log
    const head = this.#live[this.#trimmed]
    if (head === undefined || !isPinned(head) || !(isRoomWanted || log.usedBytes * 2 > log.capacityBytes)) return false
    const behind = this.records()
    // Each try of an update logs partial parity. Of several records for the same blocks, only the newest is true.
    const newest = new Map(behind.filter(({ isPartialParity }) => isPartialParity).map((record) => [blocksOf(record), record]))
    const isCarried = (record: LiveRecord): boolean =>
      isPinned(record) && (!record.isPartialParity || record.state !== 'done' || newest.get(blocksOf(record)) === record)
    const freeable = behind.reduce((bytes, record) => bytes + (record.state === 'done' && !isCarried(record) ? record.bytes.length : 0), 0)
    const isMoreToCome = behind.some((record) => record.state !== 'done' && !isCarried(record))
    if (freeable === 0 || (freeable * TRIM_PART < log.capacityBytes && (isMoreToCome || !isRoomWanted))) return false
    let isFreed = false
    const writes = new NewestBlocks(behind)
    for (const record of behind) {
      const { sequence } = record
      if (isCarried(record)) {
        const data = log.fits(record.bytes.length) ? dataToCarry(record, writes, isDirty) : undefined
        if (data === undefined) break
        this.#carry(record, data)
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

  #carry(record: LiveRecord, data: Uint8Array): void {
    const log = this.#log
    const { firstSequence: firstHad, bytes } = record
    const { dataCrc: _, ...head } = present(decodeHead(bytes.subarray(0, RECORD_HEADER_BYTES)), 'the head of a live record')
    record.sequence = log.nextSequence
    record.bytes = encodeRecord({ ...head, sequence: record.sequence, firstHad }, [data])
    log.append(record.bytes)
    this.#live.push(record)
  }

  /** `append` reserved room twice. It is given back once when the record is closed, and once when it is trimmed. */
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
      firstSequence: sequence,
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
      isRefused: false,
      isMirrored: false,
      waiters: [],
    }
    this.#live.push(record)
    return record
  }
}

/** The record can be trimmed once everything before it can. */
function isOver(record: LiveRecord, isPinned: Trimming['isPinned']): boolean {
  return record.state === 'done' && !(record.isPartialParity && isPinned(record))
}

/** With what was written over it and acknowledged. Undefined while the outcome of something newer is not known. */
function dataToCarry(record: LiveRecord, writes: NewestBlocks, isDirty: Trimming['isDirty']): Uint8Array | undefined {
  const data = record.bytes.subarray(RECORD_HEADER_BYTES)
  if (record.isPartialParity) return data
  const merged = data.slice()
  for (const { block, by } of writes.over(record)) {
    if (by.state === 'logged' || by.state === 'through' || by.isRefused) return undefined
    if (!isDirty(record, block)) merged.set(blockOf(by, block), (block - record.firstBlock) * BLOCK_BYTES)
  }
  return merged
}

/** Names the blocks that the update of this partial parity writes. Two updates of one range may write different blocks of it. */
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
