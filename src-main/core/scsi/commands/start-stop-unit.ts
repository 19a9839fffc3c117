import { checkCondition, GOOD } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

const START_BYTE = 4
const START = 0x01

/**
 * SBC-3 5.25. A volume is always started. Stopping is refused, because other hosts share the volume and only the operator may
 * take it from them. Power conditions and LOEJ are not supported.
 */
export const START_STOP_UNIT: Operation = {
  name: 'START STOP UNIT',
  opcode: OPCODE.startStopUnit,
  usage: [OPCODE.startStopUnit, 0x01, 0, 0, 0x04 | START, 0],
  access: 'active',
  attention: 'report',
  reservation: (cdb) => (cdb[START_BYTE]! & START ? 'unless-reserved' : 'write'),
  service: { kind: 'unit', serve: startStopUnit },
}

function startStopUnit({ command }: UnitCall): ScsiResponse {
  return command.cdb[START_BYTE]! & START ? GOOD : checkCondition(invalidFieldInCdb({ byte: START_BYTE, bit: 0 }))
}
