import { assert } from '../../../base/assert'
import { getU32, putU16, putU32 } from '../../../base/bytes'
import { CONTROLLER_IDS, portalGroupOf } from '../../../contract/controller-id'
import type { PortalGroup } from '../../../contract/controller-id'
import { checkCondition, goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { LogicalUnit, ScsiResponse } from '../device'
import { invalidFieldInCdb } from '../sense'
import { ACCESS_STATE_CODE, OPCODE, SERVICE_ACTION } from '../spec'

/** PARAMETER DATA FORMAT, the three bits above the service action: length only, or extended header. */
const FORMAT_MASK = 0xe0
const FORMAT_EXTENDED = 0x20
const DESCRIPTOR_BYTES = 12
const PREF = 0x80
/** Transitioning, unavailable, standby, active/non-optimized and active/optimized can all occur. */
const SUPPORTED_STATES = 0x8f
const EXTENDED_HEADER = 0x10
/** A takeover is over well within this time. */
const IMPLICIT_TRANSITION_SECONDS = 30

/** SPC-4 6.37. */
export const REPORT_TARGET_PORT_GROUPS: Operation = {
  name: 'REPORT TARGET PORT GROUPS',
  opcode: OPCODE.maintenanceIn,
  serviceAction: SERVICE_ACTION.reportTargetPortGroups,
  usage: [OPCODE.maintenanceIn, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'every',
  attention: 'report',
  reservation: 'always',
  data: 'in',
  service: { kind: 'unit', serve: reportTargetPortGroups },
}

function reportTargetPortGroups({ command, unit }: UnitCall): ScsiResponse {
  const format = command.cdb[1]! & FORMAT_MASK
  if (format !== 0 && format !== FORMAT_EXTENDED) return checkCondition(invalidFieldInCdb({ byte: 1, bit: 7 }))
  const headerBytes = format === FORMAT_EXTENDED ? 8 : 4
  const data = new Uint8Array(headerBytes + CONTROLLER_IDS.length * DESCRIPTOR_BYTES)
  putU32(data, 0, data.length - 4)
  if (format === FORMAT_EXTENDED) {
    data[4] = EXTENDED_HEADER
    data[5] = IMPLICIT_TRANSITION_SECONDS
  }
  CONTROLLER_IDS.forEach((controller, index) => putGroup(data, headerBytes + index * DESCRIPTOR_BYTES, unit, portalGroupOf(controller)))
  return goodWithData(data, getU32(command.cdb, 6))
}

/** One target port for each group, of the same number. */
function putGroup(data: Uint8Array, offset: number, unit: LogicalUnit, group: PortalGroup): void {
  assert(offset + DESCRIPTOR_BYTES <= data.length, 'target port group descriptor outside of its data')
  data[offset] = (unit.preferredGroup === group ? PREF : 0) | ACCESS_STATE_CODE[unit.accessState(group)]
  data[offset + 1] = SUPPORTED_STATES
  putU16(data, offset + 2, group)
  data[offset + 7] = 1
  putU16(data, offset + 10, group)
}
