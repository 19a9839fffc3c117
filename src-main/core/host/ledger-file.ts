import { equalBytes, getU32, getU64, putAscii, putU32, putU64 } from '../../base/bytes'
import { crc32c } from '../../base/crc32c'
import { failure, ok, type Result } from '../../base/result'
import { BLOCK_BYTES } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import type { Ledger, SequenceRange, VolumeLedger } from './ledger'

/**
 * A ledger as bytes, so that it outlives the application. Big-endian, in this order:
 *
 * - magic "TLLEDGR1", CRC-32C of all that follows the checksum, ledger id, next sequence
 * - uncertain ranges: count, then from and to of each
 * - volumes: count, then of each: length and text of the identifier, runs of acknowledged blocks, runs of unknown writes
 * - runs: count, then first block, count of blocks and sequence of each; a write is one run, as long as no other cut it
 */
const MAGIC = Uint8Array.from('TLLEDGR1', (character) => character.charCodeAt(0))
const CRC_OFFSET = 8
const BODY_OFFSET = 12
const MAX_IDENTIFIER_LENGTH = LIMITS.hostLedgerNameLength
const MAX_RANGES = LIMITS.hostLedgerRanges
/** Blocks of one volume in which a workload can write. */
const REGION_BLOCKS = LIMITS.workloadRegionBytes / BLOCK_BYTES
/** Of all writes to a volume without a known outcome. A block may have several. */
const MAX_UNKNOWN_BLOCKS = LIMITS.hostLedgerUnknownPerBlock * REGION_BLOCKS
/** So that a lab never comes to the end of what is exact. */
const MAX_SEQUENCE = LIMITS.hostLedgerSequence
const RUN_BYTES = 20
/** After a restart, numbers begin at the next multiple of this, because the last run may have used those before it. */
const SEQUENCE_STRIDE = 0x1_0000_0000

/** Writes under way are saved as unknown. */
export function saveLedger(ledger: Ledger): Uint8Array {
  const volumes = [...ledger.volumes.values()].map((volume) => ({
    volume,
    acknowledged: acknowledgedRuns(volume),
    unknown: unknownRuns(volume),
  }))
  let length = BODY_OFFSET + 8 + 8 + 4 + ledger.uncertain.length * 16 + 4
  for (const { volume, acknowledged, unknown } of volumes)
    length += 12 + volume.identifier.length + (acknowledged.length + unknown.length) * RUN_BYTES
  const writer = new Writer(length)
  writer.bytes(MAGIC)
  writer.u32(0)
  writer.u64(ledger.ledgerId)
  writer.u64(ledger.nextSequence)
  writer.u32(ledger.uncertain.length)
  for (const range of ledger.uncertain) {
    writer.u64(range.from)
    writer.u64(range.to)
  }
  writer.u32(volumes.length)
  for (const { volume, acknowledged, unknown } of volumes) {
    writer.u32(volume.identifier.length)
    writer.ascii(volume.identifier)
    writer.runs(acknowledged)
    writer.runs(unknown)
  }
  const bytes = writer.finished()
  putU32(bytes, CRC_OFFSET, crc32c(bytes.subarray(BODY_OFFSET)))
  return bytes
}

/** Fills an empty ledger. The error is a sentence for people; the ledger is then unchanged. */
export function loadLedger(into: Ledger, bytes: Uint8Array): Result<null, string> {
  if (bytes.length < BODY_OFFSET || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return failure('This is not a saved ledger.')
  if (getU32(bytes, CRC_OFFSET) !== crc32c(bytes.subarray(BODY_OFFSET)))
    return failure('The saved ledger is damaged: its checksum is wrong.')
  try {
    fill(into, readLedger(new Reader(bytes, BODY_OFFSET)))
  } catch (error) {
    if (error instanceof RangeError) return failure(`The saved ledger is damaged: ${error.message}.`)
    throw error
  }
  return ok(null)
}

interface SavedLedger {
  readonly ledgerId: number
  readonly lastSequence: number
  readonly uncertain: readonly SequenceRange[]
  readonly volumes: ReadonlyMap<string, SavedVolume>
}

interface SavedVolume {
  readonly acknowledged: readonly Run[]
  readonly unknown: readonly Run[]
}

/** A right checksum is no proof of who wrote it, so nothing is used before all of it makes sense. */
function readLedger(reader: Reader): SavedLedger {
  const ledgerId = reader.u64()
  const lastSequence = reader.u64()
  if (lastSequence > MAX_SEQUENCE) throw new RangeError('its numbers are almost used up')
  const uncertain: SequenceRange[] = []
  for (let left = reader.count(MAX_RANGES); left > 0; left--) uncertain.push({ from: reader.u64(), to: reader.u64() })
  const volumes = new Map<string, SavedVolume>()
  for (let left = reader.count(LIMITS.volumes * 2); left > 0; left--) {
    const identifier = reader.ascii(reader.count(MAX_IDENTIFIER_LENGTH))
    if (volumes.has(identifier)) throw new RangeError('it has a volume twice')
    const acknowledged = reader.runs(lastSequence, REGION_BLOCKS)
    checkOrder(acknowledged)
    volumes.set(identifier, { acknowledged, unknown: reader.runs(lastSequence, MAX_UNKNOWN_BLOCKS) })
  }
  return { ledgerId, lastSequence, uncertain, volumes }
}

/** No block has two acknowledged writes. */
function checkOrder(runs: readonly Run[]): void {
  let end = 0
  for (const { firstBlock, blockCount } of runs) {
    if (firstBlock < end) throw new RangeError(`it has block ${firstBlock} twice`)
    end = firstBlock + blockCount
  }
}

function fill(into: Ledger, { ledgerId, lastSequence, uncertain, volumes }: SavedLedger): void {
  const nextSequence = (Math.floor(lastSequence / SEQUENCE_STRIDE) + 1) * SEQUENCE_STRIDE
  into.restore({ ledgerId, nextSequence, uncertain: bounded([...uncertain, { from: lastSequence, to: nextSequence }]) })
  for (const [identifier, { acknowledged, unknown }] of volumes) {
    const volume = into.volume(identifier)
    eachBlock(acknowledged, (block, sequence) => volume.acknowledge(block, sequence))
    eachBlock(unknown, (block, sequence) => volume.addUnknown(block, sequence))
  }
}

function eachBlock(runs: readonly Run[], take: (block: number, sequence: number) => void): void {
  for (const { firstBlock, blockCount, sequence } of runs)
    for (let block = firstBlock; block < firstBlock + blockCount; block++) take(block, sequence)
}

interface Run {
  readonly firstBlock: number
  blockCount: number
  readonly sequence: number
}

function acknowledgedRuns(volume: VolumeLedger): readonly Run[] {
  const runs: Run[] = []
  for (const { firstBlock, page } of volume.pages()) addRuns(runs, firstBlock, page.acknowledged)
  return runs
}

function unknownRuns(volume: VolumeLedger): readonly Run[] {
  const runs: Run[] = []
  for (const [block, sequences] of volume.unknown)
    for (const sequence of sequences) runs.push({ firstBlock: block, blockCount: 1, sequence })
  for (const { firstBlock, page } of volume.pages()) addRuns(runs, firstBlock, page.pending)
  return runs
}

function addRuns(runs: Run[], firstBlock: number, sequences: Float64Array): void {
  let last = runs.at(-1)
  for (let i = 0; i < sequences.length; i++) {
    const sequence = sequences[i]!
    if (sequence === 0) continue
    if (last?.sequence === sequence && last.firstBlock + last.blockCount === firstBlock + i) {
      last.blockCount++
    } else {
      last = { firstBlock: firstBlock + i, blockCount: 1, sequence }
      runs.push(last)
    }
  }
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

  runs(runs: readonly Run[]): void {
    this.u32(runs.length)
    for (const { firstBlock, blockCount, sequence } of runs) {
      this.u64(firstBlock)
      this.u32(blockCount)
      this.u64(sequence)
    }
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

  /** Of writes with numbers before `endSequence`, with at most `maxBlocks` blocks in all. */
  runs(endSequence: number, maxBlocks: number): Run[] {
    const runs: Run[] = []
    let blocksLeft = maxBlocks
    for (let left = this.u32(); left > 0; left--) {
      const run = { firstBlock: this.u64(), blockCount: this.u32(), sequence: this.u64() }
      const { firstBlock, blockCount, sequence } = run
      blocksLeft -= blockCount
      if (firstBlock + blockCount > REGION_BLOCKS || blocksLeft < 0)
        throw new RangeError(`${blockCount} blocks from ${firstBlock} cannot be`)
      if (sequence === 0 || sequence >= endSequence) throw new RangeError(`write ${sequence} cannot be`)
      runs.push(run)
    }
    return runs
  }

  count(maximum: number): number {
    const count = this.u32()
    if (count > maximum) throw new RangeError(`it has ${count} where at most ${maximum} are allowed`)
    return count
  }

  ascii(length: number): string {
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.#bytes[this.#offset++] ?? 0)
    return text
  }
}
