import { concatBytes } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { RANGE_10, RANGE_16, rangeBytes, rangeUsage10, rangeUsage16, refuseDataOut, refuseRange } from '../block-range'
import type { RangeLayout } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { writeFault } from '../faults'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

/** No data-out buffer: the block is all zeros. WRITE SAME(16) only. */
const NDOB = 0x01
/**
 * Blocks may be unmapped instead, if they read as the block that was sent afterwards. An unmapped block reads as zeros because zeros
 * are written, so it is all one. ANCHOR goes with UNMAP only (SBC-3 table 133).
 */
const UNMAP = 0x08
const ANCHOR = 0x10
/** The block is repeated up to this length, and the result is reused. */
const PATTERN_BLOCKS = 128

/** SBC-3 5.43 and 5.44. */
export const WRITE_SAME_OPERATIONS: readonly Operation[] = [
  writeSameOperation('WRITE SAME(10)', OPCODE.writeSame10, rangeUsage10(OPCODE.writeSame10, ANCHOR | UNMAP), RANGE_10),
  writeSameOperation('WRITE SAME(16)', OPCODE.writeSame16, rangeUsage16(OPCODE.writeSame16, ANCHOR | UNMAP | NDOB), RANGE_16),
]

function writeSameOperation(name: string, opcode: number, usage: readonly number[], layout: RangeLayout): Operation {
  return {
    name,
    opcode,
    usage,
    access: 'active',
    attention: 'report',
    reservation: 'write',
    data: (cdb) => ((cdb[1]! & NDOB) !== 0 ? 'none' : 'out'),
    memoryBytes: (cdb) => rangeBytes(layout.decode(cdb)),
    service: { kind: 'io', start: (call, done) => startWriteSame(layout, call, done) },
  }
}

function startWriteSame(layout: RangeLayout, { command, unit }: UnitCall, done: Done): void {
  const { cdb, dataOut, task, trace } = command
  const { firstBlock, blockCount } = layout.decode(cdb)
  if ((cdb[1]! & (ANCHOR | UNMAP)) === ANCHOR) return done(checkCondition(invalidFieldInCdb({ byte: 1, bit: 4 })))
  const noDataOut = (cdb[1]! & NDOB) !== 0
  const refusal = refuseRange(unit, { firstBlock, blockCount }, layout) ?? refuseDataOut(dataOut, noDataOut ? 0 : BLOCK_BYTES)
  if (refusal !== undefined) return done(refusal)
  // A count of 0 would mean "up to the end"; the Block Limits page excludes it (WSNZ).
  if (blockCount === 0) return done(checkCondition(invalidFieldInCdb({ byte: layout.countByte })))
  const data = repeatBlock(noDataOut ? new Uint8Array(BLOCK_BYTES) : concatBytes(dataOut), blockCount)
  unit.write({ firstBlock, blockCount, data, forceUnitAccess: false, task, trace }, (outcome) =>
    done(outcome.ok ? GOOD : writeFault(outcome.fault)),
  )
}

function repeatBlock(block: Uint8Array, count: number): readonly Uint8Array[] {
  const pattern = new Uint8Array(Math.min(count, PATTERN_BLOCKS) * BLOCK_BYTES)
  for (let offset = 0; offset < pattern.length; offset += BLOCK_BYTES) pattern.set(block, offset)
  const chunks: Uint8Array[] = []
  for (let left = count * BLOCK_BYTES; left > 0; left -= pattern.length)
    chunks.push(left >= pattern.length ? pattern : pattern.subarray(0, left))
  return chunks
}
