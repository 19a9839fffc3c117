import { GOOD } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { inaccessible, isInaccessible } from '../faults'
import { OPCODE } from '../spec'

/** SPC-4 6.47. Served in every state, so that it can report the state. */
export const TEST_UNIT_READY: Operation = {
  name: 'TEST UNIT READY',
  opcode: OPCODE.testUnitReady,
  usage: [OPCODE.testUnitReady, 0, 0, 0, 0, 0],
  access: 'every',
  attention: 'report',
  reservation: 'unless-reserved',
  service: { kind: 'unit', serve: testUnitReady },
}

function testUnitReady({ command, unit }: UnitCall): ScsiResponse {
  const state = unit.accessState(command.nexus.portalGroup)
  return isInaccessible(state) ? inaccessible(state) : GOOD
}
