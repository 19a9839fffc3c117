import { putU16, putU24, putU32, putU64 } from '../../base/bytes'
import { OPCODE, SERVICE_ACTION } from './spec'

/** Command descriptor blocks as an initiator sends them. Lengths are in bytes, addresses and counts in blocks. */

export interface BlockRange {
  readonly firstBlock: number
  readonly blockCount: number
}

const FUA = 0x08
const EVPD = 0x01
const FORMAT_EXTENDED_HEADER = 0x20
const BYTCHK_COMPARE = 0x02

/** SPC-4 6.47. */
export function testUnitReadyCdb(): Uint8Array {
  return new Uint8Array(6)
}

/** SPC-4 6.39. */
export function requestSenseCdb(allocationBytes = 252): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = OPCODE.requestSense
  cdb[4] = allocationBytes
  return cdb
}

/** SPC-4 6.6. Without `vpdPage`: the standard data. */
export function inquiryCdb(options: { readonly vpdPage?: number; readonly allocationBytes?: number } = {}): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = OPCODE.inquiry
  if (options.vpdPage !== undefined) {
    cdb[1] = EVPD
    cdb[2] = options.vpdPage
  }
  putU16(cdb, 3, options.allocationBytes ?? 4096)
  return cdb
}

/** SPC-4 6.33, select report 00h: the LUNs that can be addressed as usual. */
export function reportLunsCdb(allocationBytes = 4096): Uint8Array {
  const cdb = new Uint8Array(12)
  cdb[0] = OPCODE.reportLuns
  putU32(cdb, 6, allocationBytes)
  return cdb
}

/** SBC-3 5.16. */
export function readCapacity16Cdb(allocationBytes = 32): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = OPCODE.serviceActionIn16
  cdb[1] = SERVICE_ACTION.readCapacity16
  putU32(cdb, 10, allocationBytes)
  return cdb
}

/** SPC-4 6.37, with the extended header, which has the implicit transition time. */
export function reportTargetPortGroupsCdb(allocationBytes = 4096): Uint8Array {
  const cdb = new Uint8Array(12)
  cdb[0] = OPCODE.maintenanceIn
  cdb[1] = FORMAT_EXTENDED_HEADER | SERVICE_ACTION.reportTargetPortGroups
  putU32(cdb, 6, allocationBytes)
  return cdb
}

/** SPC-4 6.13. `page` 3Fh is all pages. */
export function modeSense6Cdb(page: number, allocationBytes = 252): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = OPCODE.modeSense6
  cdb[2] = page
  cdb[4] = allocationBytes
  return cdb
}

/** SBC-3 5.11 and 5.13: READ(10) if the range fits into it, else READ(16). */
export function readCdb(range: BlockRange): Uint8Array {
  return rangeCdb(OPCODE.read10, OPCODE.read16, 0, range)
}

/** SBC-3 5.33 and 5.35. With `forceUnitAccess` the blocks are on stable storage before the status comes. */
export function writeCdb(range: BlockRange & { readonly forceUnitAccess?: boolean }): Uint8Array {
  return rangeCdb(OPCODE.write10, OPCODE.write16, range.forceUnitAccess === true ? FUA : 0, range)
}

/** SBC-3 5.29 and 5.31. With `compare` the blocks are sent and compared (BYTCHK 01b). */
export function verifyCdb(range: BlockRange & { readonly compare?: boolean }): Uint8Array {
  return rangeCdb(OPCODE.verify10, OPCODE.verify16, range.compare === true ? BYTCHK_COMPARE : 0, range)
}

/** SBC-3 5.26. A count of 0 is everything up to the end. */
export function synchronizeCacheCdb(range: BlockRange = { firstBlock: 0, blockCount: 0 }): Uint8Array {
  return rangeCdb(OPCODE.synchronizeCache10, OPCODE.synchronizeCache16, 0, range)
}

/** SBC-3 5.2. The data has the blocks to compare with first, and then those to write. */
export function compareAndWriteCdb({ firstBlock, blockCount }: BlockRange): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = OPCODE.compareAndWrite
  putU64(cdb, 2, firstBlock)
  cdb[13] = blockCount
  return cdb
}

/** SBC-4 5.40. */
export function writeAtomicCdb({ firstBlock, blockCount }: BlockRange): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = OPCODE.writeAtomic16
  putU64(cdb, 2, firstBlock)
  putU16(cdb, 12, blockCount)
  return cdb
}

/** SBC-3 5.6. */
export function orWriteCdb({ firstBlock, blockCount }: BlockRange): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = OPCODE.orWrite16
  putU64(cdb, 2, firstBlock)
  putU32(cdb, 10, blockCount)
  return cdb
}

/** SBC-3 5.28. */
export function unmapCdb(listBytes: number): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = OPCODE.unmap
  putU16(cdb, 7, listBytes)
  return cdb
}

/** SBC-3 5.28.2: the parameter list of UNMAP. */
export function unmapList(extents: readonly BlockRange[]): Uint8Array {
  const list = new Uint8Array(8 + 16 * extents.length)
  putU16(list, 0, list.length - 2)
  putU16(list, 2, list.length - 8)
  for (const [index, { firstBlock, blockCount }] of extents.entries()) {
    putU64(list, 8 + 16 * index, firstBlock)
    putU32(list, 16 + 16 * index, blockCount)
  }
  return list
}

/** SPC-2 7.21 and 7.16, of a whole logical unit. */
export function reserve6Cdb(opcode: typeof OPCODE.reserve6 | typeof OPCODE.release6): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = opcode
  return cdb
}

/** SPC-4 6.15. */
export function persistentReserveInCdb(serviceAction: number, allocationBytes = 8192): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = OPCODE.persistentReserveIn
  cdb[1] = serviceAction
  putU16(cdb, 7, allocationBytes)
  return cdb
}

/** SPC-4 6.16. The type is for a whole logical unit. */
export function persistentReserveOutCdb(serviceAction: number, type = 0, listBytes = 24): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = OPCODE.persistentReserveOut
  cdb[1] = serviceAction
  cdb[2] = type
  putU32(cdb, 5, listBytes)
  return cdb
}

/** SPC-4 6.16.3: the parameter list of PERSISTENT RESERVE OUT without TransportIDs. Keys are 16 hex digits. */
export function reservationKeys(keys: { readonly key?: string; readonly serviceKey?: string; readonly flags?: number }): Uint8Array {
  const list = new Uint8Array(24)
  putKey(list, 0, keys.key)
  putKey(list, 8, keys.serviceKey)
  list[20] = keys.flags ?? 0
  return list
}

function putKey(list: Uint8Array, offset: number, key = ''): void {
  for (let i = 0; i < key.length; i += 2) list[offset + i / 2] = Number.parseInt(key.slice(i, i + 2), 16)
}

/** READ(6) and WRITE(6) (SBC-2 5.5, 5.24): 21 bits of address, and a count of 0 that means 256. */
export function range6Cdb(opcode: typeof OPCODE.read6 | typeof OPCODE.write6, range: BlockRange): Uint8Array {
  const cdb = new Uint8Array(6)
  putU24(cdb, 1, range.firstBlock & 0x1f_ffff)
  cdb[0] = opcode
  cdb[4] = range.blockCount
  return cdb
}

/** The 10- and 16-byte forms lay out address and count alike for READ, WRITE, VERIFY, SYNCHRONIZE CACHE and WRITE SAME. */
export function rangeCdb(opcode10: number, opcode16: number, flags: number, range: BlockRange): Uint8Array {
  const short = range.firstBlock <= 0xffff_ffff && range.blockCount <= 0xffff
  const cdb = new Uint8Array(short ? 10 : 16)
  cdb[0] = short ? opcode10 : opcode16
  cdb[1] = flags
  if (short) {
    putU32(cdb, 2, range.firstBlock)
    putU16(cdb, 7, range.blockCount)
  } else {
    putU64(cdb, 2, range.firstBlock)
    putU32(cdb, 10, range.blockCount)
  }
  return cdb
}
