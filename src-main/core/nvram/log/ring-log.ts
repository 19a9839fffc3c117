import { assert } from '../../../base/assert'
import { ChunkCursor } from '../../../base/chunk-cursor'
import { getU32, getU64, putAscii, putU32, putU64 } from '../../../base/bytes'
import { crc32c } from '../../../base/crc32c'
import { allocateBytes } from '../../../base/slab'
import type { NvramPort } from '../../ports'
import { decodeHead, RECORD_HEADER_BYTES, recordBytesOf, sequenceOf, type LogRecord } from './record'

/**
 * A log of records in one region of an NVRAM slot. The region has two headers of 512 bytes and then the ring. The headers are
 * written in turn, so one of them is always whole.
 *
 *     0  magic "TKOVRING"      16  log epoch             32  head: sequence (64)
 *     8  generation (64)       20  stamp: base           40  head: offset in the ring (64)
 *                              24  stamp: newest         48  CRC-32C of the header (this field 0)
 *
 * A new head is written before the room behind the old one is used again. So at whatever moment the controller dies, a scan
 * from the head finds every committed record that was not trimmed. It may also find some that were.
 */
const HEADER_BYTES = 512
const MAGIC = 'TKOVRING'
const GENERATION_AT = 8
const LOG_EPOCH_AT = 16
const STAMP_BASE_AT = 20
const STAMP_NEWEST_AT = 24
const HEAD_SEQUENCE_AT = 32
const HEAD_OFFSET_AT = 40
const CRC_AT = 48

/** The mirror epochs for which a region counts: `base`, and those up to `newest` that this controller claimed itself. */
export interface Stamp {
  readonly base: number
  readonly newest: number
}

/** The stamp of a region whose records do not count. */
export const NO_STAMP: Stamp = { base: 0, newest: 0 }

interface Header {
  readonly generation: number
  readonly logEpoch: number
  readonly stamp: Stamp
  readonly headSequence: number
  readonly headOffset: number
}

export class RingLog {
  readonly capacityBytes: number
  readonly #port: NvramPort
  readonly #offset: number
  #header: Header
  /** The length of each record. The first `#dropped` are trimmed, and the next one is at the head. */
  #lengths: number[] = []
  #dropped = 0
  #usedBytes = 0
  /** The newest records. They are appended but not on the medium yet. */
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #scanned: readonly LogRecord[] | undefined

  /** Keeps what is on the medium. Before `reset` or `resume`, only `scan` and `stampAs` make sense. */
  constructor(port: NvramPort, region: { readonly offset: number; readonly sizeBytes: number }) {
    this.#port = port
    this.#offset = region.offset
    this.capacityBytes = Math.floor((region.sizeBytes - 2 * HEADER_BYTES) / RECORD_HEADER_BYTES) * RECORD_HEADER_BYTES
    this.#header = newerOf(this.#readHeader(0), this.#readHeader(1)) ?? {
      generation: 0,
      logEpoch: 0,
      stamp: NO_STAMP,
      headSequence: 1,
      headOffset: 0,
    }
  }

  get stamp(): Stamp {
    return this.#header.stamp
  }

  /** Nobody ever wrote here, or what was written is gone. */
  get isBlank(): boolean {
    return this.#header.generation === 0
  }

  get logEpoch(): number {
    return this.#header.logEpoch
  }

  get firstSequence(): number {
    return this.#header.headSequence
  }

  get nextSequence(): number {
    return this.#header.headSequence + this.records
  }

  get records(): number {
    return this.#lengths.length - this.#dropped
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  fits(byteLength: number): boolean {
    return this.#usedBytes + byteLength <= this.capacityBytes
  }

  /** Empties the ring and begins the next log epoch, or the one that is given. */
  reset(options: { readonly logEpoch?: number; readonly firstSequence?: number; readonly stamp: Stamp }): void {
    const { logEpoch = this.#header.logEpoch + 1, firstSequence = 1, stamp } = options
    this.#scanned = undefined
    this.#pending = []
    this.#pendingBytes = 0
    this.#lengths = []
    this.#dropped = 0
    this.#usedBytes = 0
    this.#writeHeader({ logEpoch, stamp, headSequence: firstSequence, headOffset: 0 })
  }

  /** Continues behind the records that are there. */
  resume(): void {
    this.#lengths = this.scan().map(recordBytesOf)
    this.#dropped = 0
    this.#usedBytes = this.#lengths.reduce((sum, length) => sum + length, 0)
  }

  stampAs(stamp: Stamp): void {
    this.#writeHeader({ ...this.#header, stamp })
  }

  /** `record` is encoded with this log's epoch and next sequence. It is on the medium after the next `commit`. */
  append(record: Uint8Array): void {
    assert(this.fits(record.length), () => `a record of ${record.length} bytes does not fit`)
    assert(sequenceOf(record) === this.nextSequence, () => `record ${sequenceOf(record)} is appended as ${this.nextSequence}`)
    this.#scanned = undefined
    this.#pending.push(record)
    this.#pendingBytes += record.length
    this.#lengths.push(record.length)
    this.#usedBytes += record.length
  }

  /** Writes everything that was appended, in one write or, where the ring wraps, in two. */
  commit(): void {
    if (this.#pendingBytes === 0) return
    const chunks = this.#pending
    const byteCount = this.#pendingBytes
    const offset = (this.#header.headOffset + this.#usedBytes - byteCount) % this.capacityBytes
    const start = this.#offset + 2 * HEADER_BYTES
    const untilEnd = this.capacityBytes - offset
    this.#pending = []
    this.#pendingBytes = 0
    if (byteCount <= untilEnd) {
      this.#port.write(start + offset, chunks)
      return
    }
    const cursor = new ChunkCursor(chunks)
    this.#port.write(start + offset, cursor.take(untilEnd))
    this.#port.write(start, cursor.take(byteCount - untilEnd))
  }

  /** Gives up the records below `sequence`. */
  trimTo(sequence: number): void {
    this.commit()
    const { logEpoch, stamp, headSequence, headOffset } = this.#header
    assert(sequence <= this.nextSequence, () => `record ${sequence} is trimmed before it is there`)
    if (sequence <= headSequence) return
    this.#scanned = undefined
    let freed = 0
    for (let left = sequence - headSequence; left > 0; left--) freed += this.#lengths[this.#dropped++]!
    if (this.#dropped > 1024 && this.#dropped * 2 > this.#lengths.length) {
      this.#lengths = this.#lengths.slice(this.#dropped)
      this.#dropped = 0
    }
    this.#usedBytes -= freed
    assert(
      this.records === 0 ? this.#usedBytes === 0 : this.#usedBytes > 0,
      () => `${this.records} records are left in ${this.#usedBytes} bytes after ${freed} were freed`,
    )
    this.#writeHeader({ logEpoch, stamp, headSequence: sequence, headOffset: (headOffset + freed) % this.capacityBytes })
  }

  /** All records from the head to the first that is not whole. */
  scan(): readonly LogRecord[] {
    this.commit()
    return (this.#scanned ??= this.#look())
  }

  #look(): LogRecord[] {
    const found: LogRecord[] = []
    const header = new Uint8Array(RECORD_HEADER_BYTES)
    let offset = this.#header.headOffset
    for (let used = 0; used + RECORD_HEADER_BYTES <= this.capacityBytes;) {
      this.#read(offset, header)
      const head = decodeHead(header)
      if (head?.logEpoch !== this.#header.logEpoch || head.sequence !== this.#header.headSequence + found.length) break
      const length = recordBytesOf(head)
      if (head.blockCount === 0 || used + length > this.capacityBytes) break
      const data = new Uint8Array(length - RECORD_HEADER_BYTES)
      this.#read((offset + RECORD_HEADER_BYTES) % this.capacityBytes, data)
      if (crc32c(data) !== head.dataCrc) break
      const { dataCrc: _, ...rest } = head
      found.push({ ...rest, data })
      offset = (offset + length) % this.capacityBytes
      used += length
    }
    return found
  }

  #read(offset: number, into: Uint8Array): void {
    const start = this.#offset + 2 * HEADER_BYTES
    const untilEnd = this.capacityBytes - offset
    this.#port.read(start + offset, into.length <= untilEnd ? into : into.subarray(0, untilEnd))
    if (into.length > untilEnd) this.#port.read(start, into.subarray(untilEnd))
  }

  /** Commits first, so that the header never gets ahead of the records. */
  #writeHeader({ logEpoch, stamp, headSequence, headOffset }: Omit<Header, 'generation'>): void {
    this.commit()
    const generation = this.#header.generation + 1
    const bytes = allocateBytes(HEADER_BYTES)
    putAscii(bytes, 0, MAGIC)
    putU64(bytes, GENERATION_AT, generation)
    putU32(bytes, LOG_EPOCH_AT, logEpoch)
    putU32(bytes, STAMP_BASE_AT, stamp.base)
    putU32(bytes, STAMP_NEWEST_AT, stamp.newest)
    putU64(bytes, HEAD_SEQUENCE_AT, headSequence)
    putU64(bytes, HEAD_OFFSET_AT, headOffset)
    putU32(bytes, CRC_AT, crc32c(bytes))
    this.#port.write(this.#offset + (generation % 2) * HEADER_BYTES, [bytes])
    this.#header = { generation, logEpoch, stamp, headSequence, headOffset }
  }

  #readHeader(which: 0 | 1): Header | undefined {
    const bytes = new Uint8Array(HEADER_BYTES)
    this.#port.read(this.#offset + which * HEADER_BYTES, bytes)
    for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC.charCodeAt(i)) return undefined
    const crc = getU32(bytes, CRC_AT)
    putU32(bytes, CRC_AT, 0)
    if (crc !== crc32c(bytes)) return undefined
    const headOffset = getU64(bytes, HEAD_OFFSET_AT)
    if (headOffset >= this.capacityBytes) return undefined
    return {
      generation: getU64(bytes, GENERATION_AT),
      logEpoch: getU32(bytes, LOG_EPOCH_AT),
      stamp: { base: getU32(bytes, STAMP_BASE_AT), newest: getU32(bytes, STAMP_NEWEST_AT) },
      headSequence: getU64(bytes, HEAD_SEQUENCE_AT),
      headOffset,
    }
  }
}

function newerOf(one: Header | undefined, other: Header | undefined): Header | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.generation > other.generation ? one : other
}
