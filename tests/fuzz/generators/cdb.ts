import * as fc from 'fast-check'
import { putU32, putU64 } from '../../../src-main/base/bytes'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import type { Operation } from '../../../src-main/core/scsi/command'
import { edgeNumber, hexOf } from './bytes'

/**
 * CDBs by the table of commands: mostly with bits that are evaluated, so that they come past the first check, and with addresses and
 * lengths at the edges.
 */
export const cdbHex: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...OPERATIONS).chain(cdbOf) },
  { weight: 1, arbitrary: hexOf(16, 16) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 0, max: 255 }), hexOf(15, 15)).map(([opcode, rest]) => byteHex(opcode) + rest) },
)

function cdbOf({ usage }: Operation): fc.Arbitrary<string> {
  return fc
    .record({
      bits: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      flags: fc.constantFrom(0, 0, 0, 0xff, 0x08, 0x10, 0x02, 0x06),
      address: edgeNumber(0xffff_ffff),
      count: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) }, { weight: 1, arbitrary: edgeNumber(0xffff_ffff) }),
      isSmall: fc.boolean(),
      /** Of a bit that is not evaluated. */
      stray: fc.option(fc.integer({ min: 0, max: 16 * 8 - 1 }), { freq: 12 }),
    })
    .map(({ bits, flags, address, count, isSmall, stray }) => {
      const cdb = new Uint8Array(16)
      cdb.set(bits.subarray(0, usage.length))
      if (isSmall) putFields(cdb, usage.length, { flags, address, count })
      for (let byte = 0; byte < usage.length; byte++) cdb[byte] = (cdb[byte] ?? 0) & (usage[byte] ?? 0)
      cdb[0] = usage[0] ?? 0
      restoreServiceAction(cdb, usage)
      if (stray !== null) cdb[stray >>> 3] = (cdb[stray >>> 3] ?? 0) ^ (1 << (stray & 7))
      return Buffer.from(cdb).toString('hex')
    })
}

/** Address and count, where the forms of 6, 10, 12 and 16 bytes have them. */
function putFields(
  cdb: Uint8Array,
  length: number,
  { flags, address, count }: { readonly flags: number; readonly address: number; readonly count: number },
): void {
  cdb[1] = flags
  if (length === 6) {
    cdb[2] = address >>> 8
    cdb[3] = address
    cdb[4] = count
  } else if (length === 10) {
    putU32(cdb, 2, address)
    cdb[7] = count >>> 8
    cdb[8] = count
  } else if (length === 12) {
    putU32(cdb, 2, address)
    putU32(cdb, 6, count)
  } else {
    putU64(cdb, 2, address)
    putU32(cdb, 10, count)
  }
}

/** A service action is a number whose bits all stand in the usage data, and no mask of a field. */
function restoreServiceAction(cdb: Uint8Array, usage: readonly number[]): void {
  const operation = OPERATIONS.find((one) => one.usage === usage)
  if (operation?.serviceAction !== undefined) cdb[1] = ((cdb[1] ?? 0) & 0xe0) | operation.serviceAction
}

function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
