import type { Operation } from '../command'
import { carryOut } from '../reservations/carry-out'
import { releaseUnit } from '../reservations/reserve'
import { OPCODE } from '../spec'

/** SPC-2 7.16, of a whole logical unit. Third parties and extents are refused. */
export const RELEASE_6: Operation = {
  name: 'RELEASE(6)',
  opcode: OPCODE.release6,
  usage: [OPCODE.release6, 0, 0, 0, 0, 0],
  access: 'not-unavailable',
  attention: 'report',
  reservation: 'always',
  service: { kind: 'io', start: (call, done) => carryOut(call, (unit) => releaseUnit(unit, call.command.nexus), done) },
}
