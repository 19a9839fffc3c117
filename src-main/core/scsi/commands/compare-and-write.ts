import { concatBytes, getU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import { refuseDataOut, refuseOutside } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { firstDifference } from '../compare'
import { readFault, writeFault } from '../faults'
import { buildSenseAtBlock, invalidFieldInCdb } from '../sense'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../spec'

/** As the Block Limits page says (SBC-3 6.5.3). */
export const MAX_COMPARE_BLOCKS = Math.min(0xff, LIMITS.atomicBytes / BLOCK_BYTES)

const FUA = 0x08
const DPO_FUA = 0x10 | FUA
const COUNT_BYTE = 13

/** SBC-3 5.2. The first half of the data is compared, the second half is written if nothing differs. */
export const COMPARE_AND_WRITE: Operation = {
  name: 'COMPARE AND WRITE',
  opcode: OPCODE.compareAndWrite,
  usage: [OPCODE.compareAndWrite, DPO_FUA, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0xff, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  // What is read, and what it is compared with.
  memoryBytes: (cdb) => 2 * Math.min(cdb[COUNT_BYTE]!, MAX_COMPARE_BLOCKS) * BLOCK_BYTES,
  service: { kind: 'io', start: startCompareAndWrite },
}

function startCompareAndWrite({ command, unit }: UnitCall, done: Done): void {
  const { cdb, task, trace } = command
  const firstBlock = getU64(cdb, 2)
  const blockCount = cdb[COUNT_BYTE]!
  const outside = refuseOutside(unit, { firstBlock, blockCount })
  if (outside !== undefined) return done(outside)
  // More blocks than the field can count were sent.
  if (blockCount === 0 && command.dataOut.length > 0) return done(checkCondition(invalidFieldInCdb({ byte: COUNT_BYTE })))
  const mismatch = refuseDataOut(command.dataOut, 2 * blockCount * BLOCK_BYTES)
  if (mismatch !== undefined) return done(mismatch)
  if (blockCount === 0) return done(GOOD)
  const sent = concatBytes(command.dataOut)
  // The volume may transfer its buffers to the other controller, so each part gets one of its own, and one stays here.
  const expected = sent.slice(0, blockCount * BLOCK_BYTES)
  const io = { firstBlock, blockCount, expected: [expected.slice()], data: [sent.slice(expected.length)], task, trace }
  unit.compareAndWrite({ ...io, forceUnitAccess: (cdb[1]! & FUA) !== 0 }, (outcome) => {
    if (!outcome.ok) return done(outcome.fault === 'medium-error' ? readFault(outcome.fault) : writeFault(outcome.fault))
    if (outcome.value === undefined) return done(GOOD)
    const offset = firstDifference(outcome.value, [expected]) ?? 0
    // Here INFORMATION is the offset of the first byte that differs in the data that was sent.
    done(checkCondition(buildSenseAtBlock(SENSE_KEY.miscompare, ADDITIONAL_SENSE.miscompare, offset)))
  })
}
