import {
  RANGE_10,
  RANGE_12,
  RANGE_16,
  RANGE_6,
  rangeBytes,
  rangeUsage10,
  rangeUsage12,
  rangeUsage16,
  rangeUsage6,
  refuseRange,
} from '../block-range'
import type { RangeLayout } from '../block-range'
import { GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { readFault } from '../faults'
import { OPCODE, STATUS } from '../spec'

/**
 * DPO is a hint. FUA and FUA_NV ask for data from the medium or from a non-volatile cache, and no read returns anything else.
 * RDPROTECT, RARC and GROUP NUMBER are not supported, so they are refused.
 */
const DPO_FUA_FUA_NV = 0x1a

/** SBC-2 5.5, SBC-3 5.11 to 5.13. */
export const READ_OPERATIONS: readonly Operation[] = [
  readOperation('READ(6)', OPCODE.read6, rangeUsage6(OPCODE.read6), RANGE_6),
  readOperation('READ(10)', OPCODE.read10, rangeUsage10(OPCODE.read10, DPO_FUA_FUA_NV), RANGE_10),
  readOperation('READ(12)', OPCODE.read12, rangeUsage12(OPCODE.read12, DPO_FUA_FUA_NV), RANGE_12),
  readOperation('READ(16)', OPCODE.read16, rangeUsage16(OPCODE.read16, DPO_FUA_FUA_NV), RANGE_16),
]

function readOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'read',
    data: 'in',
    memoryBytes: (cdb) => rangeBytes(layout.decode(cdb)),
    service: { kind: 'io', start: (call, done) => startRead(layout, call, done) },
  }
}

function startRead(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const range = layout.decode(command.cdb)
  const refusal = refuseRange(unit, range, layout)
  if (refusal !== undefined) return done(refusal)
  if (range.blockCount === 0) return done(GOOD)
  unit.read({ firstBlock: range.firstBlock, blockCount: range.blockCount, trace: command.trace }, (outcome) =>
    done(outcome.ok ? { status: STATUS.good, dataIn: outcome.value } : readFault(outcome.fault)),
  )
}
