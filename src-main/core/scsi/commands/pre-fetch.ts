import { RANGE_10, RANGE_16, rangeUsage10, rangeUsage16, refuseOutside } from '../block-range'
import type { RangeLayout } from '../block-range'
import { GOOD } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { OPCODE } from '../spec'

const IMMED = 0x02
/** Says under which group the command may be counted (SBC-3 4.23). Nothing is counted, and no data depends on it. */
const GROUP_NUMBER = 0x1f

/** SBC-3 5.8 and 5.9. */
export const PRE_FETCH_OPERATIONS: readonly Operation[] = [
  preFetchOperation('PRE-FETCH(10)', OPCODE.preFetch10, rangeUsage10(OPCODE.preFetch10, IMMED).with(6, GROUP_NUMBER), RANGE_10),
  preFetchOperation('PRE-FETCH(16)', OPCODE.preFetch16, rangeUsage16(OPCODE.preFetch16, IMMED).with(14, GROUP_NUMBER), RANGE_16),
]

function preFetchOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'read',
    service: { kind: 'unit', serve: (call) => preFetch(layout, call) },
  }
}

/**
 * No cache keeps what was read, so there is never room for all blocks. The status for that is GOOD; CONDITION MET would promise that
 * they are there. A count of 0 means up to the last block.
 */
function preFetch(layout: RangeLayout, { command, unit }: UnitCall): ScsiResponse {
  return refuseOutside(unit, layout.decode(command.cdb)) ?? GOOD
}
