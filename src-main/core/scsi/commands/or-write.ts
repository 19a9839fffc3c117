import { BLOCK_BYTES } from '../../../base/units'
import { RANGE_16, rangeBytes, rangeUsage16, refuseDataOut, refuseRange } from '../block-range'
import { GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { readFault, writeFault } from '../faults'
import { OPCODE } from '../spec'

const FUA = 0x08
const DPO_FUA = 0x10 | FUA

/** SBC-3 5.6. Each bit that is sent is set, and no other command changes the blocks between. */
export const OR_WRITE_16: Operation = {
  name: 'ORWRITE(16)',
  opcode: OPCODE.orWrite16,
  usage: rangeUsage16(OPCODE.orWrite16, DPO_FUA),
  access: 'active',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  // What is read, and what becomes of it.
  memoryBytes: (cdb) => 2 * rangeBytes(RANGE_16.decode(cdb)),
  service: { kind: 'io', start: startOrWrite },
}

function startOrWrite({ command, unit }: UnitCall, done: Done): void {
  const { cdb, dataOut, task, trace } = command
  const { firstBlock, blockCount } = RANGE_16.decode(cdb)
  const refusal = refuseRange(unit, { firstBlock, blockCount }, RANGE_16) ?? refuseDataOut(dataOut, blockCount * BLOCK_BYTES)
  if (refusal !== undefined) return done(refusal)
  if (blockCount === 0) return done(GOOD)
  const forceUnitAccess = (cdb[1]! & FUA) !== 0
  unit.write({ firstBlock, blockCount, data: dataOut, forceUnitAccess, manner: 'or', task, trace }, (outcome) => {
    if (outcome.ok) done(GOOD)
    else done(outcome.fault === 'medium-error' ? readFault(outcome.fault) : writeFault(outcome.fault))
  })
}
