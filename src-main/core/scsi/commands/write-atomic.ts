import { getU16, getU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import { refuseDataOut, refuseOutside } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { writeFault } from '../faults'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

/** As the Block Limits page says (SBC-4 6.6.4). */
export const MAX_ATOMIC_BLOCKS = LIMITS.atomicBytes / BLOCK_BYTES

const FUA = 0x08
const DPO_FUA = 0x10 | FUA
const COUNT_BYTE = 12

/**
 * SBC-4 5.40. Every other command sees all of the blocks or none, by either controller, and so does a takeover. ATOMIC BOUNDARY, which
 * asks for several such writes, is refused: the Block Limits page has no boundary size.
 */
export const WRITE_ATOMIC_16: Operation = {
  name: 'WRITE ATOMIC(16)',
  opcode: OPCODE.writeAtomic16,
  usage: [OPCODE.writeAtomic16, DPO_FUA, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  service: { kind: 'io', start: startWriteAtomic },
}

function startWriteAtomic({ command, unit }: UnitCall, done: Done): void {
  const { cdb, dataOut, task, trace } = command
  const firstBlock = getU64(cdb, 2)
  const blockCount = getU16(cdb, COUNT_BYTE)
  const outside = refuseOutside(unit, { firstBlock, blockCount })
  if (outside !== undefined) return done(outside)
  if (blockCount > MAX_ATOMIC_BLOCKS) return done(checkCondition(invalidFieldInCdb({ byte: COUNT_BYTE })))
  const mismatch = refuseDataOut(dataOut, blockCount * BLOCK_BYTES)
  if (mismatch !== undefined) return done(mismatch)
  if (blockCount === 0) return done(GOOD)
  const forceUnitAccess = (cdb[1]! & FUA) !== 0
  unit.write({ firstBlock, blockCount, data: dataOut, forceUnitAccess, manner: 'atomic', task, trace }, (outcome) =>
    done(outcome.ok ? GOOD : writeFault(outcome.fault)),
  )
}
