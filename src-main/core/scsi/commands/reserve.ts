import type { Done, Operation, UnitCall } from '../command'
import { carryOut } from '../reservations/carry-out'
import { UNCHANGED } from '../reservations/change'
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

/** Nobody would ever release the unit if the nexus is gone before it is reserved, or while that is committed. */
function startReserve(call: UnitCall, done: Done): void {
  const { reserved, unit } = call
  const { nexus, lun, task } = call.command
  carryOut(
    call,
    (reservations) => {
      if (task?.isAborted === true) return UNCHANGED
      const verdict = reserveUnit(reservations, nexus)
      if (verdict.kind !== 'conflict') reserved.noteReserved(unit, nexus)
      return verdict
    },
    done,
    (_, answer) => {
      if (task?.isAborted === true) reserved.end({ lun, by: nexus }, answer)
      else answer()
    },
  )
}
