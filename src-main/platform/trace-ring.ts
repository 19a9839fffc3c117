import { assert } from '../base/assert'

/**
 * Length-prefixed records of one writer thread in shared memory, read by one other thread. A new record overwrites the oldest
 * ones. The reader needs no help from the writer, which may be dead.
 *
 * Positions count bytes from the beginning and wrap at 2^32; the capacity is a power of two, so they never need
 * resetting. Before the writer touches a byte, it moves `oldest` past the records that were there. After the last
 * byte it moves `end`. After copying a record, the reader checks that `oldest` has not passed it.
 */
const HEADER_WORDS = 8
const END = 0
const OLDEST = 1
/** Low and high half of the next record's number. They are kept here so that the writer's next incarnation continues the count. */
const SEQUENCE_LOW = 2
const SEQUENCE_HIGH = 3
const OMITTED = 4
/** Records written, modulo 2^32. */
const WRITTEN = 5
const PREFIX_BYTES = 4
/** A prefix with this length means that the rest of the memory, up to its end, is unused. */
const SKIP = 0xffff_ffff

export interface TraceRingCounts {
  readonly recorded: number
  readonly omitted: number
}

export function createTraceRing(capacityBytes: number): SharedArrayBuffer {
  assert(Number.isInteger(Math.log2(capacityBytes)), `trace ring of ${capacityBytes} bytes`)
  return new SharedArrayBuffer(HEADER_WORDS * 4 + capacityBytes)
}

class Ring {
  readonly words: Int32Array
  readonly bytes: Buffer
  readonly capacity: number

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, HEADER_WORDS)
    this.bytes = Buffer.from(memory, HEADER_WORDS * 4)
    this.capacity = this.bytes.length
  }

  load(word: number): number {
    return Atomics.load(this.words, word) >>> 0
  }

  /** Bytes from `position` to the end of the memory. */
  room(position: number): number {
    return this.capacity - (position & (this.capacity - 1))
  }

  /** Length of the record at `position`, prefix included. */
  span(position: number): number {
    const room = this.room(position)
    if (room < PREFIX_BYTES) return room
    const length = this.bytes.readUInt32LE(position & (this.capacity - 1))
    return length === SKIP ? room : PREFIX_BYTES + length
  }
}

export class TraceRingWriter {
  readonly #ring: Ring
  readonly #longest: number

  /** `recordBytes`: the longest record there can be. */
  constructor(memory: SharedArrayBuffer, recordBytes: number) {
    this.#ring = new Ring(memory)
    this.#longest = recordBytes
    assert(recordBytes * 4 < this.#ring.capacity, 'the trace ring is too small for its records')
  }

  /** The number of this record, counted from 0 across all incarnations of the writer. */
  nextSequence(): number {
    const { words } = this.#ring
    const low = Atomics.add(words, SEQUENCE_LOW, 1) >>> 0
    if (low === 0xffff_ffff) Atomics.add(words, SEQUENCE_HIGH, 1)
    return (Atomics.load(words, SEQUENCE_HIGH) >>> 0) * 0x1_0000_0000 + low
  }

  addOmitted(count: number): void {
    Atomics.add(this.#ring.words, OMITTED, count)
  }

  write(text: string): void {
    const ring = this.#ring
    const { bytes, capacity, words } = ring
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    const bound = Math.min(text.length * 3, this.#longest)
    let end = ring.load(END)
    const room = ring.room(end)
    if (room < PREFIX_BYTES + bound) {
      this.#makeRoom(end, room + PREFIX_BYTES + bound)
      if (room >= PREFIX_BYTES) bytes.writeUInt32LE(SKIP, end & (capacity - 1))
      end = (end + room) >>> 0
    } else {
      this.#makeRoom(end, PREFIX_BYTES + bound)
    }
    const at = end & (capacity - 1)
    const length = bytes.write(text, at + PREFIX_BYTES, bound, 'utf8')
    bytes.writeUInt32LE(length, at)
    Atomics.store(words, END, end + PREFIX_BYTES + length)
    Atomics.add(words, WRITTEN, 1)
  }

  #makeRoom(end: number, byteCount: number): void {
    const ring = this.#ring
    let oldest = ring.load(OLDEST)
    if (((end - oldest) >>> 0) + byteCount <= ring.capacity) return
    while (((end - oldest) >>> 0) + byteCount > ring.capacity) oldest = (oldest + ring.span(oldest)) >>> 0
    Atomics.store(ring.words, OLDEST, oldest)
  }
}

export class TraceRingReader {
  readonly #ring: Ring
  #position = 0
  #taken = 0
  /** Records that the writer overwrote before they were read. */
  overwritten = 0

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new Ring(memory)
  }

  counts(): TraceRingCounts {
    const ring = this.#ring
    return { recorded: ring.load(SEQUENCE_HIGH) * 0x1_0000_0000 + ring.load(SEQUENCE_LOW), omitted: ring.load(OMITTED) }
  }

  /** Calls `take` with each record since the last call that has not been overwritten. */
  drain(take: (text: string) => void): void {
    const ring = this.#ring
    const end = ring.load(END)
    const written = ring.load(WRITTEN)
    while (isBefore(this.#position, end)) {
      const position = this.#position
      if (isBefore(position, ring.load(OLDEST))) {
        this.#position = ring.load(OLDEST)
        continue
      }
      const span = ring.span(position)
      const at = position & (ring.capacity - 1)
      const isRecord = ring.room(position) >= PREFIX_BYTES && ring.bytes.readUInt32LE(at) !== SKIP
      const text = isRecord ? ring.bytes.toString('utf8', at + PREFIX_BYTES, at + Math.min(span, ring.capacity - at)) : undefined
      if (isBefore(position, ring.load(OLDEST))) continue
      this.#position = (position + span) >>> 0
      if (text === undefined) continue
      this.#taken++
      take(text)
    }
    this.overwritten = Math.max(0, (written - this.#taken) | 0)
  }
}

/** Of two positions that are less than half their range apart. */
function isBefore(position: number, other: number): boolean {
  const ahead = (other - position) >>> 0
  return ahead !== 0 && ahead < 0x8000_0000
}
