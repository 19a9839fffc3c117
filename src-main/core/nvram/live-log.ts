import type { ClockPort } from '../ports'
import type { CacheWrite } from './cache-write'
import type { CacheOutcome, LiveRecord } from './live-record'
import { encodeRecord } from './record'
import type { RingLog } from './ring-log'

/** Trimming costs a write of the NVRAM: it waits until this part of the log can be given up, or all of it. */
const TRIM_PART = 16
/** Records that are gone are forgotten in so many at a time at least. */
const FORGOTTEN_AT_ONCE = 64

/** What is in the log of this controller and why it is still there, beside its bytes in the ring. */
export class LiveLog {
  readonly #log: RingLog
  readonly #clock: ClockPort
  /** In the order of the log; the first `#trimmed` are gone from it. */
  #live: LiveRecord[] = []
  #trimmed = 0

  constructor(log: RingLog, clock: ClockPort) {
    this.#log = log
    this.#clock = clock
  }

  /** Of the newest record, or 0 where none is kept. */
  get lastSequence(): number {
    return this.#live.at(-1)?.sequence ?? 0
  }

  fits(byteLength: number): boolean {
    return this.#log.fits(byteLength)
  }

  /** All that is not trimmed, the oldest first. */
  records(): readonly LiveRecord[] {
    return this.#live.slice(this.#trimmed)
  }

  /** There must be room. `finish` is for whoever acknowledges the write. */
  append(io: CacheWrite, finish: (outcome: CacheOutcome<undefined>) => void): LiveRecord {
    const log = this.#log
    const { volumeId, volumeEpoch, firstBlock, blockCount } = io
    const sequence = log.nextSequence
    const bytes = encodeRecord({ sequence, logEpoch: log.logEpoch, volumeId, volumeEpoch, firstBlock, blockCount }, io.data)
    log.append(bytes)
    const record: LiveRecord = {
      sequence, volumeId, firstBlock, endBlock: firstBlock + blockCount, bytes, finish,
      appendedAtMs: this.#clock.nowMs(), forceUnitAccess: io.forceUnitAccess, trace: io.trace, state: 'logged', liveBlocks: 0, waiters: [],
    }
    this.#live.push(record)
    return record
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
    this.#trimmed = done
    if (isAll || (done >= FORGOTTEN_AT_ONCE && done * 2 > this.#live.length)) {
      this.#live = this.#live.slice(done)
      this.#trimmed = 0
    }
    return true
  }
}
