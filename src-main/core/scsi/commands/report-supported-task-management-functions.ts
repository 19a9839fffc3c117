import { getU32 } from '../../../base/bytes'
import { goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { OPCODE, SERVICE_ACTION } from '../spec'

const REPD = 0x80
/** ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET and TARGET RESET: those of iSCSI (RFC 7143 §11.5.1). */
const SUPPORTED = 0x80 | 0x40 | 0x10 | 0x08 | 0x02

/** SPC-4 6.36. */
export const REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS: Operation = {
  name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
  opcode: OPCODE.maintenanceIn,
  serviceAction: SERVICE_ACTION.reportSupportedTaskManagementFunctions,
  usage: [OPCODE.maintenanceIn, 0x1f, REPD, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'every',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: { kind: 'unit', serve: reportSupportedTaskManagementFunctions },
}

/** The extended form also reports timeouts: none is recommended. */
function reportSupportedTaskManagementFunctions({ command }: UnitCall): ScsiResponse {
  const extended = (command.cdb[2]! & REPD) !== 0
  const data = new Uint8Array(extended ? 16 : 4)
  data[0] = SUPPORTED
  data[3] = data.length - 4
  return goodWithData(data, getU32(command.cdb, 6))
}
