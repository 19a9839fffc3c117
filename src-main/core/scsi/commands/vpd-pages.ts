import { assert } from '../../../base/assert'
import { concatBytes, putAscii, putPaddedAscii, putU16, putU32, putU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { MAX_TRANSFER_BYTES } from '../command'
import type { Call, UnitCall } from '../command'
import type { LogicalUnit } from '../device'
import { CODE_SET, DESIGNATOR_ASSOCIATION, DESIGNATOR_TYPE, PERIPHERAL, PROTOCOL_ISCSI, VENDOR_ID, VPD_PAGE } from '../spec'
import { MAX_COMPARE_BLOCKS } from './compare-and-write'
import { MAX_UNMAP_BLOCKS, MAX_UNMAP_DESCRIPTORS } from './unmap'
import { MAX_ATOMIC_BLOCKS } from './write-atomic'

/** Vital product data (SPC-4 7.8, SBC-3 6.5). Each builder makes what follows the four bytes of the page header. */

const PAGES: ReadonlyMap<number, (call: UnitCall) => Uint8Array> = new Map([
  [VPD_PAGE.supportedPages, supportedPages],
  [VPD_PAGE.unitSerialNumber, unitSerialNumber],
  [VPD_PAGE.deviceIdentification, deviceIdentification],
  [VPD_PAGE.extendedInquiry, extendedInquiry],
  [VPD_PAGE.blockLimits, blockLimits],
  [VPD_PAGE.blockDeviceCharacteristics, blockDeviceCharacteristics],
  [VPD_PAGE.logicalBlockProvisioning, logicalBlockProvisioning],
])

/** A whole page; undefined if it is not supported. Without a unit, there is only the list of pages, which lists itself. */
export function buildVpdPage(page: number, call: Call): Uint8Array | undefined {
  const { unit } = call
  if (unit === undefined) return page === VPD_PAGE.supportedPages ? withHeader(PERIPHERAL.notPresent, page, Uint8Array.of(page)) : undefined
  const build = PAGES.get(page)
  return build === undefined ? undefined : withHeader(PERIPHERAL.blockDevice, page, build({ ...call, unit }))
}

function withHeader(peripheral: number, page: number, body: Uint8Array): Uint8Array {
  const header = new Uint8Array(4)
  header[0] = peripheral
  header[1] = page
  putU16(header, 2, body.length)
  return concatBytes([header, body])
}

function supportedPages(): Uint8Array {
  return Uint8Array.from(PAGES.keys())
}

function unitSerialNumber({ unit }: UnitCall): Uint8Array {
  return asciiBytes(unit.serial)
}

/**
 * SPC-4 7.8.6. Designators of the logical unit are the same on both controllers, so that a multipath host joins the paths. Those
 * of the target port differ.
 */
function deviceIdentification({ unit, command, identity }: UnitCall): Uint8Array {
  const { portalGroup } = command.nexus
  const { logicalUnit, targetPort, targetDevice } = DESIGNATOR_ASSOCIATION
  const portName = `${identity.targetName},t,0x${portalGroup.toString(16).padStart(4, '0')}`
  return concatBytes([
    designator(CODE_SET.binary, logicalUnit, DESIGNATOR_TYPE.naa, naaIdentifier(unit)),
    designator(CODE_SET.ascii, logicalUnit, DESIGNATOR_TYPE.t10VendorId, t10VendorIdentifier(unit)),
    designator(CODE_SET.binary, targetPort, DESIGNATOR_TYPE.relativeTargetPort, shortIdentifier(portalGroup)),
    designator(CODE_SET.binary, targetPort, DESIGNATOR_TYPE.targetPortGroup, shortIdentifier(portalGroup)),
    designator(CODE_SET.utf8, targetPort, DESIGNATOR_TYPE.scsiNameString, nameString(portName)),
    designator(CODE_SET.utf8, targetDevice, DESIGNATOR_TYPE.scsiNameString, nameString(identity.targetName)),
  ])
}

function designator(codeSet: number, association: number, type: number, value: Uint8Array): Uint8Array {
  assert(value.length <= 0xff, `designator of ${value.length} bytes`)
  const isOfUnit = association === DESIGNATOR_ASSOCIATION.logicalUnit
  const header = new Uint8Array(4)
  // The protocol identifier is valid (PIV) for designators of a port or a device only.
  header[0] = (isOfUnit ? 0 : PROTOCOL_ISCSI << 4) | codeSet
  header[1] = (isOfUnit ? 0 : 0x80) | (association << 4) | type
  header[3] = value.length
  return concatBytes([header, value])
}

/**
 * NAA 6h, IEEE Registered Extended (SPC-4 7.8.6.6.5): the serial is the vendor specific extension. No company identifier is
 * registered for the lab, so it uses one with the bit for locally administered identifiers set.
 */
function naaIdentifier(unit: LogicalUnit): Uint8Array {
  const companyId = 0x02_4c_41
  const value = new Uint8Array(16)
  putU32(value, 0, 0x6000_0000 | (companyId << 4))
  for (let i = 0; i < 8; i++) value[8 + i] = Number.parseInt(unit.serial.slice(2 * i, 2 * i + 2), 16)
  return value
}

function t10VendorIdentifier(unit: LogicalUnit): Uint8Array {
  const value = new Uint8Array(8 + unit.serial.length)
  putPaddedAscii(value, 0, 8, VENDOR_ID)
  putAscii(value, 8, unit.serial)
  return value
}

function shortIdentifier(id: number): Uint8Array {
  const value = new Uint8Array(4)
  putU16(value, 2, id)
  return value
}

/** Ends with at least one zero and fills a multiple of four bytes (SPC-4 7.8.6.11). iSCSI names here are ASCII. */
function nameString(name: string): Uint8Array {
  const value = new Uint8Array(4 * (Math.floor(name.length / 4) + 1))
  putAscii(value, 0, name)
  return value
}

/** SPC-4 7.8.7. */
function extendedInquiry(): Uint8Array {
  const simpleTasks = 0x01
  const body = new Uint8Array(60)
  body[1] = simpleTasks
  return body
}

/** SBC-3 6.5.3. */
function blockLimits(): Uint8Array {
  const writeSameNonZero = 0x01
  const maxTransferBlocks = MAX_TRANSFER_BYTES / BLOCK_BYTES
  const body = new Uint8Array(60)
  body[0] = writeSameNonZero
  body[1] = MAX_COMPARE_BLOCKS
  putU32(body, 4, maxTransferBlocks)
  putU32(body, 16, MAX_UNMAP_BLOCKS)
  putU32(body, 20, MAX_UNMAP_DESCRIPTORS)
  putU64(body, 32, maxTransferBlocks)
  putU32(body, 40, MAX_ATOMIC_BLOCKS)
  return body
}

/** SBC-3 6.5.2. */
function blockDeviceCharacteristics(): Uint8Array {
  const nonRotating = 0x0001
  const body = new Uint8Array(60)
  putU16(body, 0, nonRotating)
  return body
}

/**
 * SBC-3 6.5.4. All blocks of a volume have their place on the drives as long as it exists, so it is resource provisioned: what is
 * unmapped is anchored there. It reads as zeros (LBPRZ), since zeros are written.
 */
function logicalBlockProvisioning(): Uint8Array {
  const lbpu = 0x80
  const lbpws = 0x40
  const lbpws10 = 0x20
  const lbprz = 0x04
  const anchorSupported = 0x02
  const resourceProvisioned = 0x01
  const body = new Uint8Array(4)
  body[1] = lbpu | lbpws | lbpws10 | lbprz | anchorSupported
  body[2] = resourceProvisioned
  return body
}

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  putAscii(bytes, 0, text)
  return bytes
}
