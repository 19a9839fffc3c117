import { getU32, putU32, putU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { OPCODE, SERVICE_ACTION } from '../spec'

const LBPME = 0x80
const LBPRZ = 0x40

/** SBC-3 5.15. */
export const READ_CAPACITY_10: Operation = {
  name: 'READ CAPACITY(10)',
  opcode: OPCODE.readCapacity10,
  usage: [OPCODE.readCapacity10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'always',
  data: 'in',
  service: { kind: 'unit', serve: readCapacity10 },
}

/** SBC-3 5.16. */
export const READ_CAPACITY_16: Operation = {
  name: 'READ CAPACITY(16)',
  opcode: OPCODE.serviceActionIn16,
  serviceAction: SERVICE_ACTION.readCapacity16,
  usage: [OPCODE.serviceActionIn16, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'always',
  data: 'in',
  service: { kind: 'unit', serve: readCapacity16 },
}

/** FFFFFFFFh sends the initiator to READ CAPACITY(16). */
function readCapacity10({ unit }: UnitCall): ScsiResponse {
  const data = new Uint8Array(8)
  putU32(data, 0, Math.min(unit.blockCount - 1, 0xffff_ffff))
  putU32(data, 4, BLOCK_BYTES)
  return goodWithData(data, data.length)
}

/**
 * No protection information, one logical block per physical block. Blocks can be unmapped (LBPME), and read as zeros then (LBPRZ).
 */
function readCapacity16({ command, unit }: UnitCall): ScsiResponse {
  const data = new Uint8Array(32)
  putU64(data, 0, unit.blockCount - 1)
  putU32(data, 8, BLOCK_BYTES)
  data[14] = LBPME | LBPRZ
  return goodWithData(data, getU32(command.cdb, 10))
}
