import { concatBytes, getU16, putU16 } from '../../../base/bytes'
import { checkCondition, goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { illegalRequest, invalidFieldInCdb } from '../sense'
import { ADDITIONAL_SENSE, MODE_PAGE, OPCODE } from '../spec'
import { blockDescriptor, changeableMask, DEVICE_SPECIFIC_PARAMETER, MODE_PAGES } from './mode-pages'

const DBD = 0x08
const LLBAA = 0x10
const PAGE_BYTE = 2
const SUBPAGE_BYTE = 3
/** Page control (SPC-4 table 165). */
const CHANGEABLE = 0b01
const SAVED = 0b11
const ALL_SUBPAGES = 0xff

/** SPC-4 6.13. */
export const MODE_SENSE_6: Operation = {
  name: 'MODE SENSE(6)',
  opcode: OPCODE.modeSense6,
  usage: [OPCODE.modeSense6, DBD, 0xff, 0xff, 0xff, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: { kind: 'unit', serve: modeSense6 },
}

/** SPC-4 6.14. */
export const MODE_SENSE_10: Operation = {
  name: 'MODE SENSE(10)',
  opcode: OPCODE.modeSense10,
  usage: [OPCODE.modeSense10, LLBAA | DBD, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: { kind: 'unit', serve: modeSense10 },
}

function modeSense6({ command, unit }: UnitCall): ScsiResponse {
  const { cdb } = command
  const refusal = refusePages(cdb)
  if (refusal !== undefined) return refusal
  const descriptor = cdb[1]! & DBD ? new Uint8Array(0) : blockDescriptor(unit, false)
  const data = concatBytes([new Uint8Array(4), descriptor, ...selectPages(cdb)])
  data[0] = data.length - 1
  data[2] = DEVICE_SPECIFIC_PARAMETER
  data[3] = descriptor.length
  return goodWithData(data, cdb[4]!)
}

function modeSense10({ command, unit }: UnitCall): ScsiResponse {
  const { cdb } = command
  const refusal = refusePages(cdb)
  if (refusal !== undefined) return refusal
  const long = (cdb[1]! & LLBAA) !== 0 && !(cdb[1]! & DBD)
  const descriptor = cdb[1]! & DBD ? new Uint8Array(0) : blockDescriptor(unit, long)
  const data = concatBytes([new Uint8Array(8), descriptor, ...selectPages(cdb)])
  putU16(data, 0, data.length - 2)
  data[3] = DEVICE_SPECIFIC_PARAMETER
  data[4] = long ? 0x01 : 0
  putU16(data, 6, descriptor.length)
  return goodWithData(data, getU16(cdb, 7))
}

function refusePages(cdb: Uint8Array): ScsiResponse | undefined {
  if (selectPages(cdb).length === 0) return checkCondition(invalidFieldInCdb({ byte: PAGE_BYTE, bit: 5 }))
  const subpage = cdb[SUBPAGE_BYTE]!
  if (subpage !== 0 && subpage !== ALL_SUBPAGES) return checkCondition(invalidFieldInCdb({ byte: SUBPAGE_BYTE }))
  return cdb[PAGE_BYTE]! >>> 6 === SAVED ? checkCondition(illegalRequest(ADDITIONAL_SENSE.savingParametersNotSupported)) : undefined
}

/** In ascending order of the page codes. */
function selectPages(cdb: Uint8Array): readonly Uint8Array[] {
  const code = cdb[PAGE_BYTE]! & 0x3f
  const pages = code === MODE_PAGE.all ? MODE_PAGES : MODE_PAGES.filter((page) => page[0] === code)
  return cdb[PAGE_BYTE]! >>> 6 === CHANGEABLE ? pages.map(changeableMask) : pages
}
