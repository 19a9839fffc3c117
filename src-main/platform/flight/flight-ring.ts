import { assert } from '../../base/assert'
import { FLIGHT_AT, FLIGHT_RECORD_BYTES } from '../../contract/flight'

/**
 * Records of fixed size of one writer thread in shared memory, read by one other thread. A new record overwrites the oldest one. The
 * reader needs no help from the writer, which may be dead; its next incarnation goes on where it ended.
 *
 * Records are counted modulo 2^32; the capacity is a power of two. The writer moves `begun` before it touches a record, and `done`
 * after it. After copying, the reader drops what `begun` says was touched meanwhile.
 *
 * Moving a count waits until all that was written before has left the core, and most of the ring is in no cache. So `begun` moves some
 * records at a time, and `done` with it and when a turn ends. A thread that is killed within a turn leaves out the last few of its
 * records.
 */
const HEADER_WORDS = 4
const BEGUN = 0
const DONE = 1
/** What took long has the time when it began, so among newer records there are some older ones; not so many behind each other. */
const DISORDER = 64
const HEADER_BYTES = HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT
/** Records for which `begun` moves at once. */
export const BEGUN_AT_ONCE = 16

export function createFlightRing(records: number): SharedArrayBuffer {
  assert(Number.isInteger(Math.log2(records)), `a flight ring of ${records} records`)
  return new SharedArrayBuffer(HEADER_BYTES + records * FLIGHT_RECORD_BYTES)
}

export class FlightRingWriter {
  readonly #counts: Int32Array
  readonly #mask: number
  #count: number
  /** All before this one may be touched. */
  #begun: number
  /** All records. Where one begins, `begin` says. */
  readonly bytes: Uint8Array
  /** The same memory. */
  readonly words: Int32Array
  readonly view: DataView

  constructor(memory: SharedArrayBuffer) {
    this.#counts = new Int32Array(memory, 0, HEADER_WORDS)
    this.bytes = new Uint8Array(memory, HEADER_BYTES)
    this.words = new Int32Array(memory, HEADER_BYTES)
    this.view = new DataView(memory, HEADER_BYTES)
    this.#mask = this.bytes.length / FLIGHT_RECORD_BYTES - 1
    this.#count = Atomics.load(this.#counts, DONE)
    this.#begun = this.#count
  }

  /** Where the next record is to be written. What was there is still there. */
  begin(): number {
    if (this.#count === this.#begun) this.#beginMore()
    return (this.#count & this.#mask) * FLIGHT_RECORD_BYTES
  }

  end(): void {
    this.#count = (this.#count + 1) | 0
  }

  /** All records that have ended are to be read from now on. */
  publish(): void {
    Atomics.store(this.#counts, DONE, this.#count)
  }

  #beginMore(): void {
    this.publish()
    this.#begun = (this.#count + BEGUN_AT_ONCE) | 0
    Atomics.store(this.#counts, BEGUN, this.#begun)
  }
}

export interface TakenRecords {
  /** A copy. */
  readonly bytes: Uint8Array
  readonly count: number
  /** That were passed over, because they were overwritten. */
  readonly missing: number
}

export class FlightRingReader {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #capacity: number
  #position: number

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, HEADER_WORDS)
    this.#bytes = new Uint8Array(memory, HEADER_BYTES)
    this.#view = new DataView(memory, HEADER_BYTES)
    this.#capacity = this.#bytes.length / FLIGHT_RECORD_BYTES
    this.#position = 0
  }

  /** Records that were not taken yet, also those that are overwritten. */
  get waiting(): number {
    return this.#ahead(Atomics.load(this.#words, DONE))
  }

  /** Passes over all that are older than that, and of the others all but the newest `max`. Returns how many of those it passed over. */
  skipTo(timeMs: number, max: number): number {
    const done = Atomics.load(this.#words, DONE)
    const there = Math.min(this.#ahead(done), this.#capacity)
    let wanted = 0
    for (let back = 1; back <= Math.min(there, wanted + DISORDER); back++) if (this.#timeOf(done - back) >= timeMs) wanted = back
    const kept = Math.min(wanted, max)
    this.#position = (done - kept) | 0
    return wanted - kept
  }

  /** Whether there is a record to take that is not newer than that. */
  hasUntil(timeMs: number): boolean {
    return this.waiting > 0 && this.#timeOf(this.#position) <= timeMs
  }

  /** Passes over what is not newer than that. Returns how many records. */
  skipUntil(timeMs: number): number {
    const from = this.#position
    const ahead = this.waiting
    this.#position = (from + Math.max(0, ahead - this.#capacity)) | 0
    while (this.hasUntil(timeMs)) this.#position = (this.#position + 1) | 0
    return (this.#position - from) >>> 0
  }

  /** At most so many of the oldest ones that were not taken yet, each once, and none that is newer than that. */
  take(max: number, untilMs: number): TakenRecords {
    const done = Atomics.load(this.#words, DONE)
    const lost = Math.max(0, this.#ahead(done) - this.#capacity)
    const first = (this.#position + lost) | 0
    let count = 0
    while (count < max && ((first + count) | 0) !== done && this.#timeOf(first + count) <= untilMs) count++
    const copy = this.#copy(first, count)
    const touched = (Atomics.load(this.#words, BEGUN) - this.#capacity - first) | 0
    const spoilt = Math.min(count, Math.max(0, touched))
    this.#position = (first + count) | 0
    return { bytes: copy.subarray(spoilt * FLIGHT_RECORD_BYTES), count: count - spoilt, missing: lost + spoilt }
  }

  #ahead(done: number): number {
    return (done - this.#position) >>> 0
  }

  #slotOf(record: number): number {
    return (record & (this.#capacity - 1)) * FLIGHT_RECORD_BYTES
  }

  #timeOf(record: number): number {
    return this.#view.getFloat64(this.#slotOf(record) + FLIGHT_AT.timeMs, true)
  }

  #copy(first: number, count: number): Uint8Array {
    const copy = new Uint8Array(count * FLIGHT_RECORD_BYTES)
    const from = this.#slotOf(first)
    const before = Math.min(copy.length, this.#bytes.length - from)
    copy.set(this.#bytes.subarray(from, from + before))
    copy.set(this.#bytes.subarray(0, copy.length - before), before)
    return copy
  }
}
