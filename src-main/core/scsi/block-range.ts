import { concatBytes, getU16, getU24, getU32, getU64 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import { checkCondition, dataOutBytes, GOOD, MAX_TRANSFER_BYTES } from './command'
import type { LogicalUnit, ScsiResponse } from './device'
import { illegalRequest, invalidFieldInCdb } from './sense'
import { ADDITIONAL_SENSE } from './spec'

/** The blocks that a command addresses, as numbers from its CDB: `firstBlock` is Infinity if it is beyond 2^53. */
export interface CdbRange {
  readonly firstBlock: number
  readonly blockCount: number
}

/** Where a CDB of a given length keeps its range (SBC-3 5.11 to 5.13; SBC-2 5.5 for 6 bytes). */
export interface RangeLayout {
  readonly decode: (cdb: Uint8Array) => CdbRange
  /** First byte of the count. */
  readonly countByte: number
}

export const RANGE_6: RangeLayout = {
  // A count of 0 means 256 blocks here, and only here.
  decode: (cdb) => ({ firstBlock: getU24(cdb, 1) & 0x1f_ffff, blockCount: cdb[4] === 0 ? 256 : cdb[4]! }),
  countByte: 4,
}
export const RANGE_10: RangeLayout = { decode: (cdb) => ({ firstBlock: getU32(cdb, 2), blockCount: getU16(cdb, 7) }), countByte: 7 }
export const RANGE_12: RangeLayout = { decode: (cdb) => ({ firstBlock: getU32(cdb, 2), blockCount: getU32(cdb, 6) }), countByte: 6 }
export const RANGE_16: RangeLayout = { decode: (cdb) => ({ firstBlock: getU64(cdb, 2), blockCount: getU32(cdb, 10) }), countByte: 10 }

/** CDB usage data of the four lengths; `flags` are the bits of the second byte. */
export function rangeUsage6(opcode: number): readonly number[] {
  return [opcode, 0x1f, 0xff, 0xff, 0xff, 0]
}
export function rangeUsage10(opcode: number, flags: number): readonly number[] {
  return [opcode, flags, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0]
}
export function rangeUsage12(opcode: number, flags: number): readonly number[] {
  return [opcode, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]
}
export function rangeUsage16(opcode: number, flags: number): readonly number[] {
  return [opcode, flags, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]
}

/** The length of a range; 0 for one that is refused because it is too long. */
export function rangeBytes(range: CdbRange): number {
  const bytes = range.blockCount * BLOCK_BYTES
  return bytes > MAX_TRANSFER_BYTES ? 0 : bytes
}

/** LOGICAL BLOCK ADDRESS OUT OF RANGE (SBC-3 4.6), even for an empty range that starts after the last block. */
export function refuseOutside(unit: LogicalUnit, range: CdbRange): ScsiResponse | undefined {
  if (range.firstBlock < unit.blockCount && range.firstBlock + range.blockCount <= unit.blockCount) return undefined
  return checkCondition(illegalRequest(ADDITIONAL_SENSE.blockAddressOutOfRange))
}

/** Outside of the volume, or longer than the Block Limits page allows (SBC-3 6.5.3). */
export function refuseRange(unit: LogicalUnit, range: CdbRange, layout: RangeLayout): ScsiResponse | undefined {
  const outside = refuseOutside(unit, range)
  if (outside !== undefined) return outside
  return range.blockCount * BLOCK_BYTES > MAX_TRANSFER_BYTES ? checkCondition(invalidFieldInCdb({ byte: layout.countByte })) : undefined
}

/** Refuses a data-out buffer that is not as long as the CDB says. None of it is used. */
export function refuseDataOut(dataOut: readonly Uint8Array[], expectedBytes: number): ScsiResponse | undefined {
  return dataOutBytes(dataOut) === expectedBytes ? undefined : checkCondition(illegalRequest(ADDITIONAL_SENSE.invalidFieldInCommandUnit))
}

export interface BlocksToWrite {
  readonly data: readonly Uint8Array[]
  readonly blockCount: number
  /** The answer once they are written. */
  readonly good: ScsiResponse
}

/**
 * The whole blocks of a data-out buffer that a write uses, at most `blockCount`. If an initiator sends fewer or more bytes than
 * its CDB says, what it sent is written, and the transport reports the residual (RFC 7143 §11.4.5.1).
 */
export function takeBlocks(dataOut: readonly Uint8Array[], blockCount: number): BlocksToWrite {
  const expectedBytes = blockCount * BLOCK_BYTES
  const sentBytes = dataOutBytes(dataOut)
  if (sentBytes === expectedBytes) return { data: dataOut, blockCount, good: GOOD }
  const wholeBlocks = Math.floor(Math.min(sentBytes, expectedBytes) / BLOCK_BYTES)
  const data = concatBytes(dataOut).subarray(0, wholeBlocks * BLOCK_BYTES)
  return { data: [data], blockCount: wholeBlocks, good: { ...GOOD, dataOutBytes: expectedBytes } }
}
