import { concatBytes, getU16 } from '../../../base/bytes'
import { refuseDataOut } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { illegalRequest, invalidFieldInCdb, invalidFieldInParameterList } from '../sense'
import { ADDITIONAL_SENSE, OPCODE } from '../spec'
import { blockDescriptor, LONG_BLOCK_DESCRIPTOR_BYTES, MODE_PAGES, SHORT_BLOCK_DESCRIPTOR_BYTES } from './mode-pages'

const PF = 0x10
const PS = 0x80
const LONGLBA = 0x01

/** SPC-4 6.11. SP is refused: nothing is saved. */
export const MODE_SELECT_6: Operation = {
  name: 'MODE SELECT(6)',
  opcode: OPCODE.modeSelect6,
  usage: [OPCODE.modeSelect6, PF, 0, 0, 0xff, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  service: { kind: 'unit', serve: (call) => modeSelect(call, { lengthBytes: call.command.cdb[4]!, headerBytes: 4 }) },
}

/** SPC-4 6.12. */
export const MODE_SELECT_10: Operation = {
  name: 'MODE SELECT(10)',
  opcode: OPCODE.modeSelect10,
  usage: [OPCODE.modeSelect10, PF, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  service: { kind: 'unit', serve: (call) => modeSelect(call, { lengthBytes: getU16(call.command.cdb, 7), headerBytes: 8 }) },
}

/** Nothing can be changed: a list of the current values is accepted, any other is refused as a whole. */
function modeSelect({ command, unit }: UnitCall, form: { readonly lengthBytes: number; readonly headerBytes: 4 | 8 }): ScsiResponse {
  const mismatch = refuseDataOut(command.dataOut, form.lengthBytes)
  if (mismatch !== undefined) return mismatch
  if (form.lengthBytes === 0) return GOOD
  if (!(command.cdb[1]! & PF)) return checkCondition(invalidFieldInCdb({ byte: 1, bit: 4 }))
  if (form.lengthBytes < form.headerBytes) return lengthError()
  const list = concatBytes(command.dataOut)
  const long = form.headerBytes === 8 && (list[4]! & LONGLBA) !== 0
  const mediumTypeByte = form.headerBytes === 8 ? 2 : 1
  if (list[mediumTypeByte] !== 0) return checkCondition(invalidFieldInParameterList({ byte: mediumTypeByte }))
  const descriptorBytes = form.headerBytes === 8 ? getU16(list, 6) : list[3]!
  if (descriptorBytes !== 0 && descriptorBytes !== (long ? LONG_BLOCK_DESCRIPTOR_BYTES : SHORT_BLOCK_DESCRIPTOR_BYTES)) {
    return checkCondition(invalidFieldInParameterList({ byte: form.headerBytes === 8 ? 6 : 3 }))
  }
  const pagesAt = form.headerBytes + descriptorBytes
  if (pagesAt > list.length) return lengthError()
  const expected = blockDescriptor(unit, long)
  return (descriptorBytes === 0 ? undefined : refuseDescriptor(list, form.headerBytes, expected)) ?? refusePages(list, pagesAt) ?? GOOD
}

/** A number of blocks of 0 means "as it is" (SBC-3 6.4.2.2). */
function refuseDescriptor(list: Uint8Array, offset: number, expected: Uint8Array): ScsiResponse | undefined {
  const countBytes = expected.length - 4
  const countIsZero = list.subarray(offset, offset + countBytes).every((byte) => byte === 0)
  for (let i = countIsZero ? countBytes : 0; i < expected.length; i++) {
    if (list[offset + i] !== expected[i]) return checkCondition(invalidFieldInParameterList({ byte: offset + i }))
  }
  return undefined
}

function refusePages(list: Uint8Array, start: number): ScsiResponse | undefined {
  for (let offset = start; offset < list.length;) {
    const code = list[offset]! & ~PS
    const page = MODE_PAGES.find((candidate) => candidate[0] === code)
    if (page === undefined) return checkCondition(invalidFieldInParameterList({ byte: offset, bit: 5 }))
    if (offset + 2 > list.length) return lengthError()
    if (list[offset + 1] !== page[1]) return checkCondition(invalidFieldInParameterList({ byte: offset + 1 }))
    if (offset + page.length > list.length) return lengthError()
    for (let i = 2; i < page.length; i++)
      if (list[offset + i] !== page[i]) return checkCondition(invalidFieldInParameterList({ byte: offset + i }))
    offset += page.length
  }
  return undefined
}

function lengthError(): ScsiResponse {
  return checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError))
}
