import { assert } from '../../base/assert'
import { BLOCK_BYTES } from '../../base/units'
import { checkCondition } from './command'
import type { ScsiResponse } from './device'
import { buildSenseAtBlock } from './sense'
import { ADDITIONAL_SENSE, SENSE_KEY } from './spec'

/** Offset of the first byte at which two chunked buffers of the same length differ; undefined if none. */
export function firstDifference(left: readonly Uint8Array[], right: readonly Uint8Array[]): number | undefined {
  let offset = 0
  let rightIndex = 0
  let rightOffset = 0
  for (const chunk of left) {
    for (let i = 0; i < chunk.length; i++) {
      while (rightOffset === right[rightIndex]?.length) {
        rightIndex++
        rightOffset = 0
      }
      const other = right[rightIndex]
      assert(other !== undefined, 'buffers of different length compared')
      if (chunk[i] !== other[rightOffset++]) return offset + i
    }
    offset += chunk.length
  }
  return undefined
}

/** MISCOMPARE with the block where it was found (SBC-3 4.18.1); undefined if the buffers are alike. */
export function miscompare(firstBlock: number, stored: readonly Uint8Array[], sent: readonly Uint8Array[]): ScsiResponse | undefined {
  const offset = firstDifference(stored, sent)
  if (offset === undefined) return undefined
  const block = firstBlock + Math.floor(offset / BLOCK_BYTES)
  return checkCondition(buildSenseAtBlock(SENSE_KEY.miscompare, ADDITIONAL_SENSE.miscompare, block))
}
