import { getU32, getU64, putU32, putU64 } from '../../../base/bytes'
import { refuseOutside } from '../block-range'
import { goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { OPCODE, SERVICE_ACTION } from '../spec'

/** Each block of the extent is mapped, or its state is not known (SBC-3 5.5.2): what was unmapped is not remembered. */
const MAPPED_OR_UNKNOWN = 0x0

/** SBC-3 5.5. */
export const GET_LBA_STATUS: Operation = {
  name: 'GET LBA STATUS',
  opcode: OPCODE.serviceActionIn16,
  serviceAction: SERVICE_ACTION.getLbaStatus,
  usage: [OPCODE.serviceActionIn16, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: { kind: 'unit', serve: getLbaStatus },
}

/** One descriptor, of all blocks from the one asked for to the last. */
function getLbaStatus({ command, unit }: UnitCall): ScsiResponse {
  const { cdb } = command
  const firstBlock = getU64(cdb, 2)
  const refusal = refuseOutside(unit, { firstBlock, blockCount: 0 })
  if (refusal !== undefined) return refusal
  const data = new Uint8Array(24)
  putU32(data, 0, data.length - 4)
  putU64(data, 8, firstBlock)
  putU32(data, 16, Math.min(unit.blockCount - firstBlock, 0xffff_ffff))
  data[20] = MAPPED_OR_UNKNOWN
  return goodWithData(data, getU32(cdb, 10))
}
