import { concatBytes, getU16, getU32, getU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import { refuseDataOut, refuseOutside } from '../block-range'
import type { CdbRange } from '../block-range'
import { checkCondition, GOOD } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import type { LogicalUnit, ScsiResponse } from '../device'
import { writeFault } from '../faults'
import { illegalRequest, invalidFieldInParameterList } from '../sense'
import { ADDITIONAL_SENSE, OPCODE } from '../spec'

/** As the Block Limits page says (SBC-3 6.5.3). */
export const MAX_UNMAP_BLOCKS = LIMITS.transferBytes / BLOCK_BYTES
export const MAX_UNMAP_DESCRIPTORS = LIMITS.unmapExtents

const ANCHOR = 0x01
const HEADER_BYTES = 8
const DESCRIPTOR_BYTES = 16

/**
 * SBC-3 5.28. All blocks of a volume keep their place on the drives, so what is unmapped is anchored, whether ANCHOR asks for it or
 * not. Zeros are written to it, and it reads as zeros by either controller from then on.
 */
export const UNMAP: Operation = {
  name: 'UNMAP',
  opcode: OPCODE.unmap,
  usage: [OPCODE.unmap, ANCHOR, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
  access: 'active',
  attention: 'report',
  reservation: 'write',
  data: 'out',
  // How much it is stands in the list, which has not come when room is asked for.
  memoryBytes: () => LIMITS.transferBytes,
  service: { kind: 'io', start: startUnmap },
}

function startUnmap({ command, unit }: UnitCall, done: Done): void {
  const listBytes = getU16(command.cdb, 7)
  const mismatch = refuseDataOut(command.dataOut, listBytes)
  if (mismatch !== undefined) return done(mismatch)
  if (listBytes === 0) return done(GOOD)
  const list = concatBytes(command.dataOut)
  if (!isWhole(list)) return done(checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError)))
  const extents = extentsOf(list)
  const refusal = refuseExtents(unit, extents)
  if (refusal !== undefined) return done(refusal)
  unmap(
    { command, unit },
    extents.filter(({ blockCount }) => blockCount > 0),
    done,
  )
}

/** The header is there, and all that it says to follow. */
function isWhole(list: Uint8Array): boolean {
  if (list.length < HEADER_BYTES) return false
  const endOfData = getU16(list, 0) + 2
  const descriptorBytes = getU16(list, 2)
  return endOfData <= list.length && (descriptorBytes === 0 || HEADER_BYTES + descriptorBytes <= endOfData)
}

/** A descriptor that is cut off at the end is ignored (SBC-3 5.28.2). */
function extentsOf(list: Uint8Array): readonly CdbRange[] {
  return Array.from({ length: Math.floor(getU16(list, 2) / DESCRIPTOR_BYTES) }, (_, index) => {
    const at = HEADER_BYTES + index * DESCRIPTOR_BYTES
    return { firstBlock: getU64(list, at), blockCount: getU32(list, at + 8) }
  })
}

/** Before the first block is unmapped: a list with a bad extent changes nothing. */
function refuseExtents(unit: LogicalUnit, extents: readonly CdbRange[]): ScsiResponse | undefined {
  if (extents.length > MAX_UNMAP_DESCRIPTORS) return checkCondition(invalidFieldInParameterList({ byte: 2 }))
  let blocks = 0
  for (const [index, extent] of extents.entries()) {
    const outside = extent.blockCount === 0 ? undefined : refuseOutside(unit, extent)
    if (outside !== undefined) return outside
    blocks += extent.blockCount
    if (blocks > MAX_UNMAP_BLOCKS) return checkCondition(invalidFieldInParameterList({ byte: HEADER_BYTES + index * DESCRIPTOR_BYTES + 8 }))
  }
  return undefined
}

/** One extent after the other, until one fails. */
function unmap(call: Pick<UnitCall, 'command' | 'unit'>, extents: readonly CdbRange[], done: Done): void {
  const [next, ...rest] = extents
  if (next === undefined) return done(GOOD)
  const { firstBlock, blockCount } = next
  const { task, trace } = call.command
  const data = [new Uint8Array(blockCount * BLOCK_BYTES)]
  call.unit.write({ firstBlock, blockCount, data, forceUnitAccess: false, task, trace }, (outcome) => {
    if (outcome.ok) unmap(call, rest, done)
    else done(writeFault(outcome.fault))
  })
}
