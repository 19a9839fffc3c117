import { assert } from '../../../base/assert'
import { getU16, getU32, getU64, putAscii, putU16, putU32, putU64 } from '../../../base/bytes'
import { crc32c } from '../../../base/crc32c'
import { allocateBytes } from '../../../base/slab'
import { BLOCK_BYTES } from '../../../base/units'

/**
 * One record of the NVRAM log: a header of 64 bytes, big-endian, and then blocks. They are the data of a write, or partial
 * parity.
 *
 *     0  magic "TKOVLOG1"      20  volume id (16)        40  CRC-32C of the blocks
 *     8  sequence (64)         24  volume epoch          44  CRC-32C of the header (this field 0)
 *    16  log epoch             28  block count
 *                              32  first block (64), of the volume
 *                              48  blocks of partial parity
 *                              52  kind: 0 a write, 1 partial parity, 2 partial parity that begins with an index
 *                              56  sequence that it had first (64), if it was carried on; otherwise 0
 *
 * The log ends before the first record with a wrong checksum or sequence. That one was being written when its controller died,
 * or is left over from an earlier round of the ring.
 */
export const RECORD_HEADER_BYTES = 64

const MAGIC = 'TKOVLOG1'
const SEQUENCE_AT = 8
const LOG_EPOCH_AT = 16
const VOLUME_AT = 20
const VOLUME_EPOCH_AT = 24
const BLOCK_COUNT_AT = 28
const FIRST_BLOCK_AT = 32
const DATA_CRC_AT = 40
const HEADER_CRC_AT = 44
const PARITY_BLOCKS_AT = 48
const KIND_AT = 52
const FIRST_HAD_AT = 56
const PARTIAL_PARITY = 1
const INDEXED_PARTIAL_PARITY = 2

export interface RecordHead {
  /** 1, 2, 3, … as long as the log epoch stands. */
  readonly sequence: number
  /** Grows whenever a log begins anew. */
  readonly logEpoch: number
  readonly volumeId: number
  /** Ownership epoch of the volume under which it was written. */
  readonly volumeEpoch: number
  readonly firstBlock: number
  readonly blockCount: number
  /** How many blocks of partial parity the record has. Undefined for a write. */
  readonly parityBlocks?: number | undefined
  /** The partial parity begins with an index of what is written. */
  readonly hasIndex?: boolean | undefined
  /** The sequence that a carried record had first. It decides which of two records is newer. */
  readonly firstHad?: number | undefined
}

export interface LogRecord extends RecordHead {
  readonly data: Uint8Array
}

export function recordBytes(blockCount: number): number {
  return RECORD_HEADER_BYTES + blockCount * BLOCK_BYTES
}

export function recordBytesOf({ blockCount, parityBlocks }: Pick<RecordHead, 'blockCount' | 'parityBlocks'>): number {
  return recordBytes(parityBlocks ?? blockCount)
}

/** Header and blocks in one piece. The blocks are copied. */
export function encodeRecord(head: RecordHead, data: readonly Uint8Array[]): Uint8Array {
  const bytes = allocateBytes(recordBytesOf(head))
  let at = RECORD_HEADER_BYTES
  for (const chunk of data) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  assert(at === bytes.length, () => `a record of ${head.blockCount} blocks with ${at - RECORD_HEADER_BYTES} bytes`)
  putAscii(bytes, 0, MAGIC)
  putU64(bytes, SEQUENCE_AT, head.sequence)
  putU32(bytes, LOG_EPOCH_AT, head.logEpoch)
  putU16(bytes, VOLUME_AT, head.volumeId)
  putU32(bytes, VOLUME_EPOCH_AT, head.volumeEpoch)
  putU32(bytes, BLOCK_COUNT_AT, head.blockCount)
  putU64(bytes, FIRST_BLOCK_AT, head.firstBlock)
  if (head.parityBlocks !== undefined) {
    putU32(bytes, PARITY_BLOCKS_AT, head.parityBlocks)
    putU32(bytes, KIND_AT, head.hasIndex === true ? INDEXED_PARTIAL_PARITY : PARTIAL_PARITY)
  }
  if (head.firstHad !== undefined) putU64(bytes, FIRST_HAD_AT, head.firstHad)
  putU32(bytes, DATA_CRC_AT, crc32c(bytes.subarray(RECORD_HEADER_BYTES)))
  putU32(bytes, HEADER_CRC_AT, crc32c(bytes.subarray(0, RECORD_HEADER_BYTES)))
  return bytes
}

/** Of an encoded record. */
export function sequenceOf(record: Uint8Array): number {
  return getU64(record, SEQUENCE_AT)
}

/** Decodes the first 64 bytes of a record. Undefined if they are no valid header. */
export function decodeHead(header: Uint8Array): (RecordHead & { readonly dataCrc: number }) | undefined {
  for (let i = 0; i < MAGIC.length; i++) if (header[i] !== MAGIC.charCodeAt(i)) return undefined
  const unsigned = header.slice(0, RECORD_HEADER_BYTES)
  putU32(unsigned, HEADER_CRC_AT, 0)
  if (getU32(header, HEADER_CRC_AT) !== crc32c(unsigned)) return undefined
  const kind = getU32(header, KIND_AT)
  return {
    sequence: getU64(header, SEQUENCE_AT),
    logEpoch: getU32(header, LOG_EPOCH_AT),
    volumeId: getU16(header, VOLUME_AT),
    volumeEpoch: getU32(header, VOLUME_EPOCH_AT),
    firstBlock: getU64(header, FIRST_BLOCK_AT),
    blockCount: getU32(header, BLOCK_COUNT_AT),
    parityBlocks: kind === PARTIAL_PARITY || kind === INDEXED_PARTIAL_PARITY ? getU32(header, PARITY_BLOCKS_AT) : undefined,
    hasIndex: kind === INDEXED_PARTIAL_PARITY ? true : undefined,
    firstHad: getU64(header, FIRST_HAD_AT) || undefined,
    dataCrc: getU32(header, DATA_CRC_AT),
  }
}
