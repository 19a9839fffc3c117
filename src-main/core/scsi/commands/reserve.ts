import type { Done, Operation, UnitCall } from '../command'
import { carryOut } from '../reservations/carry-out'
import { endReserve } from '../reservations/end-reserve'
import { reserveUnit } from '../reservations/reserve'
import { OPCODE } from '../spec'

/** SPC-2 7.21, of a whole logical unit and for the nexus itself. Third parties and extents are refused. */
export const RESERVE_6: Operation = {
  name: 'RESERVE(6)',
  opcode: OPCODE.reserve6,
  usage: [OPCODE.reserve6, 0, 0, 0, 0, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'always',
  service: { kind: 'io', start: startReserve },
}

function startReserve(call: UnitCall, done: Done): void {
  const { nexus, lun, task } = call.command
  carryOut(
    call,
    (unit) => reserveUnit(unit, nexus),
    done,
    (_, answer) => {
      // Its nexus may be gone, and nobody would ever release the unit.
      if (task?.isAborted === true) endReserve(call.directory, { lun, by: nexus }, answer)
      else answer()
    },
  )
}
