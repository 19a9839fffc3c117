import type { Prng } from '../../base/prng'
import { concatBytes, putU32 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import {
  compareAndWriteCdb,
  inquiryCdb,
  orWriteCdb,
  rangeCdb,
  readCapacity16Cdb,
  reportLunsCdb,
  reportTargetPortGroupsCdb,
  requestSenseCdb,
  synchronizeCacheCdb,
  testUnitReadyCdb,
  unmapCdb,
  unmapList,
  writeAtomicCdb,
} from '../../core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE } from '../../core/scsi/spec'
import type { BlockCheck } from '../checkers/block-check'
import { blocksOf, FIRST_VALUE, sameBlockOf } from './block-values'
import { SCSI_BLOCKS, type HostVolume } from './ground'
import { bytesOf, type BlockPlace, type KnownBlocks, type KnownRange, type KnownValue } from './known-blocks'
import type { ScsiSend } from './scsi-task'

/** `zero`: UNMAP, or WRITE SAME without data, where nothing else is ever written. `compare`: VERIFY with data. */
export type ScsiKind =
  | 'write'
  | 'write-same'
  | 'write-and-verify'
  | 'write-atomic'
  | 'compare-and-write'
  | 'zero'
  | 'or-zero'
  | 'read'
  | 'verify'
  | 'compare'
  | 'flush'
  | 'test-unit-ready'
  | 'inquiry'
  | 'request-sense'
  | 'report-luns'
  | 'report-port-groups'
  | 'capacity'

/** What VERIFY compares the blocks with. */
export interface Comparison {
  readonly sent: readonly KnownValue[]
  /** What the blocks held when it was sent, if that was certain. */
  readonly known: KnownRange | undefined
  /** The block, from the first one on, whose data was spoilt on purpose. Nobody ever wrote such a block. */
  readonly spoiltAt: number | undefined
}

/** A command with all that is needed to judge its answer. */
export interface ScsiPlan extends ScsiSend {
  readonly kind: ScsiKind
  /** Undefined: no unit is at the LUN. */
  readonly volume: HostVolume | undefined
  /** The blocks that it reads, writes or verifies; none of a command that must be refused. */
  readonly place: BlockPlace | undefined
  /** That it writes. */
  readonly written: KnownValue | undefined
  readonly comparison: Comparison | undefined
  /** What the CDB asks to be moved. Undefined: only the target knows. */
  readonly cdbBytes: number | undefined
  /** The additional sense code of ILLEGAL REQUEST with which it must be refused. */
  readonly refusal: number | undefined
}

/** The last blocks of the host are never written but with zeros. */
const ZERO_BLOCKS = 8
const LONGEST_BLOCKS = 32
const SHORT_BLOCKS = 6
/** Also the smallest NVRAM of a world takes these in one record. */
const ATOMIC_BLOCKS = 4
/** Beyond those that a pair can map. */
const NO_LUN = 200
const FUA = 0x08
const NO_DATA_OUT_BUFFER = 0x01
const MAY_UNMAP = 0x08
const COMPARE_ALL = 0x02
const COMPARE_ONE = 0x06
const NOTHING = new Uint8Array(0)

const { blockAddressOutOfRange, invalidFieldInCdb, invalidFieldInCommandUnit, logicalUnitNotSupported } = ADDITIONAL_SENSE

type Draw = (volume: HostVolume) => ScsiPlan

/** Draws commands of every kind for the blocks of one host. */
export class ScsiCommands {
  readonly #random: Prng
  readonly #blocks: BlockCheck
  readonly #known: KnownBlocks
  readonly #host: string
  /** How often each kind comes. */
  readonly #kinds: readonly (readonly [weight: number, draw: Draw])[] = [
    [24, (volume) => this.write(this.#place(volume))],
    [8, (volume) => this.#writeSame(this.#place(volume))],
    [6, (volume) => this.#writeAtomic(this.#place(volume, ATOMIC_BLOCKS))],
    [8, (volume) => this.#compareAndWrite(this.#place(volume, ATOMIC_BLOCKS), this.#random.chance(0.3))],
    [3, (volume) => this.#orWrite(this.#zeros(volume))],
    [3, (volume) => this.#writeAndVerify(this.#place(volume))],
    [2, (volume) => this.#zero(this.#zeros(volume))],
    [2, (volume) => this.#unmap(this.#zeros(volume))],
    [20, (volume) => this.read(this.#random.chance(0.1) ? this.#zeros(volume) : this.#place(volume))],
    [4, (volume) => this.#verify(this.#place(volume))],
    [12, (volume) => this.compare(this.#place(volume), this.#random.chance(0.4))],
    [2, (volume) => this.#plain('flush', volume, { cdb: synchronizeCacheCdb() })],
    [6, (volume) => this.testUnitReady(volume)],
    [2, (volume) => this.inquiry(volume)],
    [1, (volume) => this.#dataIn('request-sense', volume, requestSenseCdb(), 252)],
    [2, (volume) => this.reportLuns(volume)],
    [4, (volume) => this.reportPortGroups(volume)],
    [2, (volume) => this.capacity(volume)],
    [3, (volume) => this.#outOfRange(volume)],
    [2, (volume) => this.#badField(volume)],
    [2, (volume) => this.#badLength(this.#place(volume))],
    [3, () => this.#withoutUnit()],
  ]

  constructor(parts: { readonly random: Prng; readonly blocks: BlockCheck; readonly known: KnownBlocks; readonly host: string }) {
    this.#random = parts.random
    this.#blocks = parts.blocks
    this.#known = parts.known
    this.#host = parts.host
  }

  draw(volume: HostVolume): ScsiPlan {
    const sum = this.#kinds.reduce((before, [weight]) => before + weight, 0)
    let at = this.#random.below(sum)
    for (const [weight, draw] of this.#kinds) {
      if (at < weight) return draw(volume)
      at -= weight
    }
    return this.testUnitReady(volume)
  }

  /** A write that takes as many pieces as the session has bursts. */
  longWrite(volume: HostVolume): ScsiPlan {
    return this.write({ volume, firstBlock: firstOf(volume), blockCount: LONGEST_BLOCKS })
  }

  testUnitReady(volume: HostVolume): ScsiPlan {
    return this.#plain('test-unit-ready', volume, { cdb: testUnitReadyCdb() })
  }

  inquiry(volume: HostVolume): ScsiPlan {
    const allocationBytes = this.#random.pick([36, 96, 255])
    return this.#dataIn('inquiry', volume, inquiryCdb({ allocationBytes }), allocationBytes)
  }

  reportLuns(volume: HostVolume): ScsiPlan {
    return this.#dataIn('report-luns', volume, reportLunsCdb(4096), 4096)
  }

  reportPortGroups(volume: HostVolume): ScsiPlan {
    return this.#dataIn('report-port-groups', volume, reportTargetPortGroupsCdb(512), 512)
  }

  capacity(volume: HostVolume): ScsiPlan {
    return this.#dataIn('capacity', volume, readCapacity16Cdb(32), 32)
  }

  /** All blocks of the host, piece by piece. */
  everything(volume: HostVolume): readonly BlockPlace[] {
    const firstBlock = firstOf(volume)
    return [0, LONGEST_BLOCKS].map((at) => ({ volume, firstBlock: firstBlock + at, blockCount: LONGEST_BLOCKS }))
  }

  /** In one of ten, the initiator expects another length than the CDB says. */
  read(place: BlockPlace): ScsiPlan {
    const cdbBytes = place.blockCount * BLOCK_BYTES
    const expectedBytes = this.#otherLength(cdbBytes)
    const blockCount = Math.floor(Math.min(cdbBytes, expectedBytes) / BLOCK_BYTES)
    const cdb = this.#rangeCdb(OPCODE.read10, OPCODE.read16, 0, place)
    return { ...this.#base('read', place.volume), place: { ...place, blockCount }, cdb, direction: 'in', expectedBytes, cdbBytes }
  }

  /** As many whole blocks are written as both the initiator and the CDB have. */
  write(place: BlockPlace): ScsiPlan {
    const cdbBytes = place.blockCount * BLOCK_BYTES
    const expectedBytes = this.#otherLength(cdbBytes)
    const written = { ...place, blockCount: Math.floor(Math.min(cdbBytes, expectedBytes) / BLOCK_BYTES) }
    const value = this.#begin(written)
    const { contentId } = place.volume
    const dataOut = blocksOf(value, contentId, place.firstBlock, Math.ceil(expectedBytes / BLOCK_BYTES)).subarray(0, expectedBytes)
    const cdb = this.#rangeCdb(OPCODE.write10, OPCODE.write16, this.#random.chance(0.25) ? FUA : 0, place)
    return { ...this.#out('write', written, { value, isSame: false }), cdb, dataOut, expectedBytes, cdbBytes }
  }

  /** With the data that the blocks hold as far as that is known, or with data that nobody ever wrote. */
  compare(place: BlockPlace, spoils: boolean): ScsiPlan {
    const known = this.#known.look(place)
    const values = known?.values ?? Array.from({ length: place.blockCount }, () => ({ value: FIRST_VALUE, isSame: false }))
    const [first = { value: FIRST_VALUE, isSame: false }] = values
    const isOne = values.every(({ value, isSame }) => value === first.value && (isSame || value === FIRST_VALUE))
    const sent = isOne ? [first] : values
    const dataOut = bytesOf(sent, place)
    const spoiltAt = spoils ? this.#random.below(sent.length) : undefined
    if (spoiltAt !== undefined) {
      const at = spoiltAt * BLOCK_BYTES + this.#random.below(BLOCK_BYTES)
      dataOut[at] = (dataOut[at] ?? 0) ^ 0x40
    }
    const cdb = this.#rangeCdb(OPCODE.verify10, OPCODE.verify16, isOne ? COMPARE_ONE : COMPARE_ALL, place)
    const expectedBytes = dataOut.length
    const comparison = { sent: isOne ? values : sent, known, spoiltAt }
    return { ...this.#out('compare', place, undefined), cdb, dataOut, expectedBytes, cdbBytes: expectedBytes, comparison }
  }

  /** Sees none or all of its blocks in every read. */
  #writeAtomic(place: BlockPlace): ScsiPlan {
    const value = this.#begin(place)
    const dataOut = blocksOf(value, place.volume.contentId, place.firstBlock, place.blockCount)
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    return { ...this.#out('write-atomic', place, { value, isSame: false }), cdb: writeAtomicCdb(place), dataOut, ...lengths }
  }

  /** With what the blocks hold as far as that is known, and then data of its own. */
  #compareAndWrite(place: BlockPlace, spoils: boolean): ScsiPlan {
    const known = this.#known.look(place)
    const sent = known?.values ?? Array.from({ length: place.blockCount }, () => ({ value: FIRST_VALUE, isSame: false }))
    const expected = bytesOf(sent, place)
    const spoiltAt = spoils ? this.#random.below(sent.length) : undefined
    if (spoiltAt !== undefined) expected[spoiltAt * BLOCK_BYTES] = (expected[spoiltAt * BLOCK_BYTES] ?? 0) ^ 0x40
    const value = this.#begin(place)
    const dataOut = concatBytes([expected, blocksOf(value, place.volume.contentId, place.firstBlock, place.blockCount)])
    // To begin the write counts as one of its own.
    const before = known === undefined ? undefined : { ...known, versions: known.versions.map((version) => version + 1) }
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    const base = this.#out('compare-and-write', place, { value, isSame: false })
    return { ...base, cdb: compareAndWriteCdb(place), dataOut, ...lengths, comparison: { sent, known: before, spoiltAt } }
  }

  /** Zeros set no bits, so blocks that were never written but with zeros stay as they are. */
  #orWrite(place: BlockPlace): ScsiPlan {
    const dataOut = new Uint8Array(place.blockCount * BLOCK_BYTES)
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    return { ...this.#base('or-zero', place.volume), place, direction: 'out', cdb: orWriteCdb(place), dataOut, ...lengths }
  }

  #writeSame(place: BlockPlace): ScsiPlan {
    const value = this.#begin(place)
    const dataOut = sameBlockOf(value, place.volume.contentId)
    // The blocks may be unmapped only if they read as the block that is sent afterwards.
    const flags = this.#random.pick([0, 0, MAY_UNMAP])
    const cdb = this.#rangeCdb(OPCODE.writeSame10, OPCODE.writeSame16, flags, place)
    const lengths = { expectedBytes: BLOCK_BYTES, cdbBytes: BLOCK_BYTES }
    return { ...this.#out('write-same', place, { value, isSame: true }), cdb, dataOut, ...lengths }
  }

  #writeAndVerify(place: BlockPlace): ScsiPlan {
    const value = this.#begin(place)
    const { volume, firstBlock, blockCount } = place
    const dataOut = blocksOf(value, volume.contentId, firstBlock, blockCount)
    const flags = this.#random.pick([0, COMPARE_ALL])
    const cdb = this.#rangeCdb(OPCODE.writeAndVerify10, OPCODE.writeAndVerify16, flags, place)
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    return { ...this.#out('write-and-verify', place, { value, isSame: false }), cdb, dataOut, ...lengths }
  }

  #zero(place: BlockPlace): ScsiPlan {
    const cdb = rangeCdb16(OPCODE.writeSame16, NO_DATA_OUT_BUFFER, place)
    return { ...this.#base('zero', place.volume), place, cdb, direction: 'none' }
  }

  #unmap(place: BlockPlace): ScsiPlan {
    const dataOut = unmapList([place])
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    return { ...this.#base('zero', place.volume), place, direction: 'out', cdb: unmapCdb(dataOut.length), dataOut, ...lengths }
  }

  #verify(place: BlockPlace): ScsiPlan {
    const cdb = this.#rangeCdb(OPCODE.verify10, OPCODE.verify16, 0, place)
    return { ...this.#base('verify', place.volume), place, cdb, direction: 'none' }
  }

  /** Some end within the volume, and some begin there. */
  #outOfRange(volume: HostVolume): ScsiPlan {
    const firstBlock = this.#random.pick([volume.blockCount, volume.blockCount - 1, 0x1_0000_0000])
    const range = { volume, firstBlock, blockCount: 2 }
    const refusal = blockAddressOutOfRange.code
    if (this.#random.chance(0.5)) return { ...this.read(range), place: undefined, refusal }
    const dataOut = new Uint8Array(range.blockCount * BLOCK_BYTES)
    const cdb = this.#rangeCdb(OPCODE.write10, OPCODE.write16, 0, range)
    const lengths = { expectedBytes: dataOut.length, cdbBytes: dataOut.length }
    return { ...this.#base('write', volume), direction: 'out', cdb, dataOut, ...lengths, refusal }
  }

  /** A bit that is reserved, or protection information, which no volume has. */
  #badField(volume: HostVolume): ScsiPlan {
    const cdb = rangeCdb(OPCODE.read10, OPCODE.read16, 0x20, { firstBlock: 0, blockCount: 1 })
    const lengths = { expectedBytes: BLOCK_BYTES, cdbBytes: BLOCK_BYTES }
    return { ...this.#base('read', volume), direction: 'in', cdb, ...lengths, refusal: invalidFieldInCdb.code }
  }

  /** Less data than there is to compare, or to repeat. */
  #badLength(place: BlockPlace): ScsiPlan {
    const dataOut = new Uint8Array(BLOCK_BYTES / 2)
    const isCompare = this.#random.chance(0.5)
    const cdb = isCompare
      ? this.#rangeCdb(OPCODE.verify10, OPCODE.verify16, COMPARE_ALL, place)
      : this.#rangeCdb(OPCODE.writeSame10, OPCODE.writeSame16, 0, place)
    const lengths = { expectedBytes: dataOut.length, cdbBytes: undefined }
    const base = this.#base(isCompare ? 'compare' : 'write-same', place.volume)
    return { ...base, direction: 'out', cdb, dataOut, ...lengths, refusal: invalidFieldInCommandUnit.code }
  }

  #withoutUnit(): ScsiPlan {
    const refusal = logicalUnitNotSupported.code
    const none = { lun: NO_LUN, volume: undefined }
    switch (this.#random.below(3)) {
      case 0:
        return { ...this.#dataIn('inquiry', undefined, inquiryCdb({ allocationBytes: 96 }), 96), ...none }
      case 1:
        return { ...this.#base('test-unit-ready'), ...none, cdb: testUnitReadyCdb(), refusal }
      default: {
        const cdb = rangeCdb(OPCODE.read10, OPCODE.read16, 0, { firstBlock: 0, blockCount: 1 })
        return { ...this.#base('read'), ...none, direction: 'in', cdb, expectedBytes: BLOCK_BYTES, cdbBytes: BLOCK_BYTES, refusal }
      }
    }
  }

  #begin(place: BlockPlace): number {
    this.#known.writeBegins(place)
    return this.#blocks.writeBegins(this.#host, { contentId: place.volume.contentId, ...place })
  }

  #plain(kind: ScsiKind, volume: HostVolume, { cdb }: { readonly cdb: Uint8Array }): ScsiPlan {
    return { ...this.#base(kind, volume), cdb }
  }

  #dataIn(kind: ScsiKind, volume: HostVolume | undefined, cdb: Uint8Array, expectedBytes: number): ScsiPlan {
    return { ...this.#base(kind, volume), direction: 'in', cdb, expectedBytes, cdbBytes: undefined }
  }

  #out(kind: ScsiKind, place: BlockPlace, written: KnownValue | undefined): Omit<ScsiPlan, 'cdb' | 'dataOut' | 'expectedBytes'> {
    return { ...this.#base(kind, place.volume), direction: 'out', place, written }
  }

  /** A command that moves nothing. */
  #base(kind: ScsiKind, volume?: HostVolume): Omit<ScsiPlan, 'cdb'> {
    const none = { place: undefined, written: undefined, comparison: undefined, refusal: undefined }
    return { kind, volume, lun: volume?.lun ?? NO_LUN, direction: 'none', dataOut: NOTHING, expectedBytes: 0, cdbBytes: 0, ...none }
  }

  #otherLength(cdbBytes: number): number {
    if (!this.#random.chance(0.1)) return cdbBytes
    return this.#random.chance(0.5) ? cdbBytes + 1 + this.#random.below(2 * BLOCK_BYTES) : 1 + this.#random.below(cdbBytes)
  }

  /** The short form is the usual one, but both must work. */
  #rangeCdb(opcode10: number, opcode16: number, flags: number, range: BlockPlace): Uint8Array {
    return this.#random.chance(0.3) ? rangeCdb16(opcode16, flags, range) : rangeCdb(opcode10, opcode16, flags, range)
  }

  #place(volume: HostVolume, atMost = LONGEST_BLOCKS): BlockPlace {
    const longest = Math.min(atMost, this.#random.chance(0.2) ? LONGEST_BLOCKS : SHORT_BLOCKS)
    const blockCount = 1 + this.#random.below(longest)
    const firstBlock = firstOf(volume) + this.#random.below(SCSI_BLOCKS - ZERO_BLOCKS - blockCount + 1)
    return { volume, firstBlock, blockCount }
  }

  #zeros(volume: HostVolume): BlockPlace {
    const blockCount = 1 + this.#random.below(ZERO_BLOCKS)
    const at = SCSI_BLOCKS - ZERO_BLOCKS + this.#random.below(ZERO_BLOCKS - blockCount + 1)
    return { volume, firstBlock: firstOf(volume) + at, blockCount }
  }
}

/** Hosts of other kinds begin behind these blocks. */
function firstOf({ firstBlock }: HostVolume): number {
  return firstBlock - SCSI_BLOCKS
}

function rangeCdb16(opcode: number, flags: number, { firstBlock, blockCount }: BlockPlace): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = opcode
  cdb[1] = flags
  putU32(cdb, 2, Math.floor(firstBlock / 0x1_0000_0000))
  putU32(cdb, 6, firstBlock % 0x1_0000_0000)
  putU32(cdb, 10, blockCount)
  return cdb
}
