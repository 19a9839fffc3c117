import {
  RANGE_10,
  RANGE_12,
  RANGE_16,
  RANGE_6,
  rangeUsage10,
  rangeUsage12,
  rangeUsage16,
  rangeUsage6,
  refuseRange,
  takeBlocks,
} from '../block-range'
import type { RangeLayout } from '../block-range'
import type { Done, Operation, UnitCall } from '../command'
import { writeFault } from '../faults'
import { OPCODE } from '../spec'

const FUA = 0x08
/** DPO is a hint, and every write does more than FUA_NV asks for. WRPROTECT and GROUP NUMBER are refused. */
const DPO_FUA_FUA_NV = 0x12 | FUA

/** SBC-2 5.24, SBC-3 5.33 to 5.35. */
export const WRITE_OPERATIONS: readonly Operation[] = [
  writeOperation('WRITE(6)', OPCODE.write6, rangeUsage6(OPCODE.write6), RANGE_6),
  writeOperation('WRITE(10)', OPCODE.write10, rangeUsage10(OPCODE.write10, DPO_FUA_FUA_NV), RANGE_10),
  writeOperation('WRITE(12)', OPCODE.write12, rangeUsage12(OPCODE.write12, DPO_FUA_FUA_NV), RANGE_12),
  writeOperation('WRITE(16)', OPCODE.write16, rangeUsage16(OPCODE.write16, DPO_FUA_FUA_NV), RANGE_16),
]

function writeOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'write',
    data: 'out',
    service: { kind: 'io', start: (call, done) => startWrite(layout, call, done) },
  }
}

function startWrite(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const { cdb, dataOut, task, trace } = command
  const range = layout.decode(cdb)
  const refusal = refuseRange(unit, range, layout)
  if (refusal !== undefined) return done(refusal)
  const { data, blockCount, good } = takeBlocks(dataOut, range.blockCount)
  if (blockCount === 0) return done(good)
  // The address of a WRITE(6) extends into its second byte, so it has no FUA bit.
  const forceUnitAccess = layout !== RANGE_6 && (cdb[1]! & FUA) !== 0
  unit.write({ firstBlock: range.firstBlock, blockCount, data, forceUnitAccess, task, trace }, (outcome) =>
    done(outcome.ok ? good : writeFault(outcome.fault)),
  )
}
