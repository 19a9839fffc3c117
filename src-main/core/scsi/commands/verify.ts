import { BLOCK_BYTES } from '../../../base/units'
import {
  RANGE_10,
  RANGE_12,
  RANGE_16,
  rangeBytes,
  rangeUsage10,
  rangeUsage12,
  rangeUsage16,
  refuseDataOut,
  refuseRange,
} from '../block-range'
import type { RangeLayout } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { miscompare } from '../compare'
import { readFault } from '../faults'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

const DPO_BYTCHK = 0x16
/** BYTCHK (SBC-3 table 94): only read, compare with as many blocks as are read, compare each with the one block sent. */
const READ_ONLY = 0b00
const COMPARE_ALL = 0b01
const COMPARE_ONE = 0b11

/** SBC-3 5.29 to 5.31. */
export const VERIFY_OPERATIONS: readonly Operation[] = [
  verifyOperation('VERIFY(10)', OPCODE.verify10, rangeUsage10(OPCODE.verify10, DPO_BYTCHK), RANGE_10),
  verifyOperation('VERIFY(12)', OPCODE.verify12, rangeUsage12(OPCODE.verify12, DPO_BYTCHK), RANGE_12),
  verifyOperation('VERIFY(16)', OPCODE.verify16, rangeUsage16(OPCODE.verify16, DPO_BYTCHK), RANGE_16),
]

function verifyOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'read',
    data: (cdb) => (byteCheckOf(cdb) === READ_ONLY ? 'none' : 'out'),
    memoryBytes: (cdb) => rangeBytes(layout.decode(cdb)),
    service: { kind: 'io', start: (call, done) => startVerify(layout, call, done) },
  }
}

function byteCheckOf(cdb: Uint8Array): number {
  return (cdb[1]! >>> 1) & 0b11
}

function startVerify(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const { dataOut, trace } = command
  const { firstBlock, blockCount } = layout.decode(command.cdb)
  const byteCheck = byteCheckOf(command.cdb)
  if (byteCheck !== READ_ONLY && byteCheck !== COMPARE_ALL && byteCheck !== COMPARE_ONE)
    return done(checkCondition(invalidFieldInCdb({ byte: 1, bit: 2 })))
  const sentBlocks = blockCount === 0 || byteCheck === READ_ONLY ? 0 : byteCheck === COMPARE_ONE ? 1 : blockCount
  const refusal = refuseRange(unit, { firstBlock, blockCount }, layout) ?? refuseDataOut(dataOut, sentBlocks * BLOCK_BYTES)
  if (refusal !== undefined) return done(refusal)
  if (blockCount === 0) return done(GOOD)
  unit.read({ firstBlock, blockCount, trace }, (outcome) => {
    if (!outcome.ok) return done(readFault(outcome.fault))
    if (byteCheck === READ_ONLY) return done(GOOD)
    const sent = byteCheck === COMPARE_ALL ? dataOut : Array.from({ length: blockCount }, () => dataOut).flat()
    done(miscompare(firstBlock, outcome.value, sent) ?? GOOD)
  })
}
