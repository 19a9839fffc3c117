import { equalBytes, getU32, getU64, putAscii, putU32, putU64 } from '../../base/bytes'
import { crc32c } from '../../base/crc32c'
import { failure, ok, type Result } from '../../base/result'
import { LIMITS } from '../../contract/limits'
import { Ledger, type SequenceRange, type VolumeLedger } from './ledger'

/**
 * A ledger as bytes, so that it outlives the application. Big-endian, in this order:
 *
 * - magic "TLLEDGR1", CRC-32C of all that follows the checksum, ledger id, next sequence
 * - uncertain ranges: count, then from and to of each
 * - volumes: count, then of each: length and text of the identifier, count of blocks, block and sequence of each;
 *   count of unknown writes, block and sequence of each
 */
const MAGIC = Uint8Array.from('TLLEDGR1', (character) => character.charCodeAt(0))
const CRC_OFFSET = 8
const BODY_OFFSET = 12
const MAX_IDENTIFIER_LENGTH = 64
const MAX_RANGES = 64
/** A block of a volume that no contract allows to be larger: 2^40 blocks. */
const MAX_BLOCK = 0x100_0000_0000
/** After a restart, numbers begin at the next multiple of this: those in between may have been given out by the last run. */
const SEQUENCE_STRIDE = 0x1_0000_0000

/** Writes under way are saved as unknown. */
export function saveLedger(ledger: Ledger): Uint8Array {
  const writer = new Writer(savedLength(ledger))
  writer.bytes(MAGIC)
  writer.u32(0)
  writer.u64(ledger.ledgerId)
  writer.u64(ledger.nextSequence)
  writer.u32(ledger.uncertain.length)
  for (const range of ledger.uncertain) {
    writer.u64(range.from)
    writer.u64(range.to)
  }
  writer.u32(ledger.volumes.size)
  for (const volume of ledger.volumes.values()) saveVolume(writer, volume)
  const bytes = writer.finished()
  putU32(bytes, CRC_OFFSET, crc32c(bytes.subarray(BODY_OFFSET)))
  return bytes
}

/** Fills an empty ledger. The error is a sentence for people; the ledger is then unchanged. */
export function loadLedger(into: Ledger, bytes: Uint8Array): Result<null, string> {
  if (bytes.length < BODY_OFFSET || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return failure('This is not a saved ledger.')
  if (getU32(bytes, CRC_OFFSET) !== crc32c(bytes.subarray(BODY_OFFSET))) return failure('The saved ledger is damaged: its checksum is wrong.')
  const scratch = new Ledger(0)
  try {
    readLedger(scratch, bytes)
    readLedger(into, bytes)
  } catch (error) {
    if (error instanceof RangeError) return failure(`The saved ledger is damaged: ${error.message}.`)
    throw error
  }
  return ok(null)
}

function readLedger(into: Ledger, bytes: Uint8Array): void {
  const reader = new Reader(bytes, BODY_OFFSET)
  const ledgerId = reader.u64()
  const lastSequence = reader.u64()
  const uncertain: SequenceRange[] = []
  for (let left = reader.count(MAX_RANGES); left > 0; left--) uncertain.push({ from: reader.u64(), to: reader.u64() })
  const nextSequence = (Math.floor(lastSequence / SEQUENCE_STRIDE) + 1) * SEQUENCE_STRIDE
  into.restore({ ledgerId, nextSequence, uncertain: bounded([...uncertain, { from: lastSequence, to: nextSequence }]) })
  for (let left = reader.count(LIMITS.volumes * 2); left > 0; left--) readVolume(reader, into)
}

function saveVolume(writer: Writer, volume: VolumeLedger): void {
  writer.u32(volume.identifier.length)
  writer.ascii(volume.identifier)
  writer.u32(volume.knownBlocks)
  let pendingCount = 0
  for (const { firstBlock, page } of volume.pages()) {
    for (let i = 0; i < page.acknowledged.length; i++) {
      if (page.pending[i] !== 0) pendingCount++
      if (page.acknowledged[i] !== 0) writer.pair(firstBlock + i, page.acknowledged[i]!)
    }
  }
  writer.u32(pendingCount + unknownCount(volume))
  for (const [block, sequences] of volume.unknown) for (const sequence of sequences) writer.pair(block, sequence)
  for (const { firstBlock, page } of volume.pages()) {
    for (let i = 0; i < page.pending.length; i++) if (page.pending[i] !== 0) writer.pair(firstBlock + i, page.pending[i]!)
  }
}

function readVolume(reader: Reader, into: Ledger): void {
  const volume = into.volume(reader.ascii(reader.count(MAX_IDENTIFIER_LENGTH)))
  for (let left = reader.u32(); left > 0; left--) volume.acknowledge(reader.block(), reader.u64())
  for (let left = reader.u32(); left > 0; left--) volume.addUnknown(reader.block(), reader.u64())
}

function savedLength(ledger: Ledger): number {
  let length = BODY_OFFSET + 8 + 8 + 4 + ledger.uncertain.length * 16 + 4
  for (const volume of ledger.volumes.values()) {
    length += 12 + volume.identifier.length + (volume.knownBlocks + unknownCount(volume)) * 16
    for (const { page } of volume.pages()) for (const sequence of page.pending) if (sequence !== 0) length += 16
  }
  return length
}

function unknownCount(volume: VolumeLedger): number {
  let count = 0
  for (const sequences of volume.unknown.values()) count += sequences.length
  return count
}

/** Too many restarts: the oldest ranges become one, which only makes the ledger more lenient. */
function bounded(ranges: readonly SequenceRange[]): readonly SequenceRange[] {
  if (ranges.length <= MAX_RANGES) return ranges
  const [first, second, ...rest] = ranges
  return [{ from: first!.from, to: second!.to }, ...rest]
}

class Writer {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(length: number) {
    this.#bytes = new Uint8Array(length)
  }

  u32(value: number): void {
    putU32(this.#bytes, this.#offset, value)
    this.#offset += 4
  }

  u64(value: number): void {
    putU64(this.#bytes, this.#offset, value)
    this.#offset += 8
  }

  pair(first: number, second: number): void {
    this.u64(first)
    this.u64(second)
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#offset)
    this.#offset += bytes.length
  }

  ascii(text: string): void {
    putAscii(this.#bytes, this.#offset, text)
    this.#offset += text.length
  }

  finished(): Uint8Array {
    if (this.#offset !== this.#bytes.length) throw new RangeError(`${this.#offset} of ${this.#bytes.length} bytes written`)
    return this.#bytes
  }
}

/** Throws RangeError at everything that a sound file cannot hold. */
class Reader {
  readonly #bytes: Uint8Array
  #offset: number

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes
    this.#offset = offset
  }

  u32(): number {
    this.#offset += 4
    return getU32(this.#bytes, this.#offset - 4)
  }

  u64(): number {
    this.#offset += 8
    const value = getU64(this.#bytes, this.#offset - 8)
    if (value === Number.POSITIVE_INFINITY) throw new RangeError('a number is too large')
    return value
  }

  block(): number {
    const block = this.u64()
    if (block >= MAX_BLOCK) throw new RangeError(`block ${block} cannot be`)
    return block
  }

  count(maximum: number): number {
    const count = this.u32()
    if (count > maximum) throw new RangeError(`${count} where at most ${maximum} may be`)
    return count
  }

  ascii(length: number): string {
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.#bytes[this.#offset++] ?? 0)
    return text
  }
}
