import { RANGE_10, RANGE_16, rangeUsage10, rangeUsage16, refuseOutside } from '../block-range'
import type { RangeLayout } from '../block-range'
import { GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { writeFault } from '../faults'
import { OPCODE } from '../spec'

/**
 * IMMED allows the status to come before the data is stable. It never does, so that a failure is reported to this command and not
 * to a later one. SYNC_NV asks for less than what is done.
 */
const SYNC_NV_IMMED = 0x06

/** SBC-3 5.26 and 5.27. The whole volume is made stable, whatever the range. */
export const SYNCHRONIZE_CACHE_OPERATIONS: readonly Operation[] = [
  synchronizeOperation(
    'SYNCHRONIZE CACHE(10)',
    OPCODE.synchronizeCache10,
    rangeUsage10(OPCODE.synchronizeCache10, SYNC_NV_IMMED),
    RANGE_10,
  ),
  synchronizeOperation(
    'SYNCHRONIZE CACHE(16)',
    OPCODE.synchronizeCache16,
    rangeUsage16(OPCODE.synchronizeCache16, SYNC_NV_IMMED),
    RANGE_16,
  ),
]

function synchronizeOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'write',
    service: { kind: 'io', start: (call, done) => startFlush(layout, call, done) },
  }
}

function startFlush(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const refusal = refuseOutside(unit, layout.decode(command.cdb))
  if (refusal !== undefined) return done(refusal)
  unit.flush({ trace: command.trace }, (outcome) => done(outcome.ok ? GOOD : writeFault(outcome.fault)))
}
