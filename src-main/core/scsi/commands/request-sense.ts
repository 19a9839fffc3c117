import { goodWithData } from '../command'
import type { Call, Operation } from '../command'
import type { ScsiResponse } from '../device'
import { inaccessibleSense, isInaccessible } from '../faults'
import { buildSense, illegalRequest } from '../sense'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../spec'

/**
 * SPC-4 6.39. Fixed format only: DESC is not in the usage data, so it is refused. The command ends GOOD with the sense data as
 * parameter data, even for a LUN without a unit.
 */
export const REQUEST_SENSE: Operation = {
  name: 'REQUEST SENSE',
  opcode: OPCODE.requestSense,
  usage: [OPCODE.requestSense, 0, 0, 0, 0xff, 0],
  access: 'every',
  attention: 'pass',
  reservation: 'always',
  data: 'in',
  service: { kind: 'any', serve: requestSense },
}

function requestSense(call: Call): ScsiResponse {
  return goodWithData(pendingSense(call), call.command.cdb[4]!)
}

function pendingSense({ command, unit, attentions }: Call): Uint8Array {
  if (unit === undefined) return illegalRequest(ADDITIONAL_SENSE.logicalUnitNotSupported)
  const attention = attentions.take(command.lun)
  if (attention !== undefined) return attention
  const state = unit.accessState(command.nexus.portalGroup)
  return isInaccessible(state) ? inaccessibleSense(state) : buildSense(SENSE_KEY.noSense, ADDITIONAL_SENSE.none)
}
