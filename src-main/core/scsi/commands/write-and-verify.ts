import { concatBytes } from '../../../base/bytes'
import { RANGE_10, RANGE_12, RANGE_16, rangeBytes, rangeUsage10, rangeUsage12, rangeUsage16, refuseRange, takeBlocks } from '../block-range'
import type { RangeLayout } from '../block-range'
import { checkCondition } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { miscompare } from '../compare'
import { readFault, writeFault } from '../faults'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

const DPO_BYTCHK = 0x16

/** SBC-3 5.37 to 5.39. BYTCHK is 00b (read the blocks back) or 01b (also compare them with those that were sent). */
export const WRITE_AND_VERIFY_OPERATIONS: readonly Operation[] = [
  writeAndVerifyOperation('WRITE AND VERIFY(10)', OPCODE.writeAndVerify10, rangeUsage10(OPCODE.writeAndVerify10, DPO_BYTCHK), RANGE_10),
  writeAndVerifyOperation('WRITE AND VERIFY(12)', OPCODE.writeAndVerify12, rangeUsage12(OPCODE.writeAndVerify12, DPO_BYTCHK), RANGE_12),
  writeAndVerifyOperation('WRITE AND VERIFY(16)', OPCODE.writeAndVerify16, rangeUsage16(OPCODE.writeAndVerify16, DPO_BYTCHK), RANGE_16),
]

function writeAndVerifyOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'write',
    data: 'out',
    // What was read back, and what it is compared with.
    memoryBytes: (cdb) => 2 * rangeBytes(layout.decode(cdb)),
    service: { kind: 'io', start: (call, done) => startWrite(layout, call, done) },
  }
}

/** The command verifies the medium, so the write goes there first. */
function startWrite(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const { cdb, dataOut, task, trace } = command
  const byteCheck = (cdb[1]! >>> 1) & 0b11
  if (byteCheck > 0b01) return done(checkCondition(invalidFieldInCdb({ byte: 1, bit: 2 })))
  const range = layout.decode(cdb)
  const refusal = refuseRange(unit, range, layout)
  if (refusal !== undefined) return done(refusal)
  const { firstBlock } = range
  const { data, blockCount, good } = takeBlocks(dataOut, range.blockCount)
  if (blockCount === 0) return done(good)
  // The volume may transfer the buffers of a write to the other controller, so the comparison needs its own.
  const expected = byteCheck === 0 ? [] : [concatBytes(data)]
  unit.write({ firstBlock, blockCount, data, forceUnitAccess: true, task, trace }, (written) => {
    if (!written.ok) return done(writeFault(written.fault))
    unit.read({ firstBlock, blockCount, trace }, (read) => {
      if (!read.ok) return done(readFault(read.fault))
      done((byteCheck === 0 ? undefined : miscompare(firstBlock, read.value, expected)) ?? good)
    })
  })
}
