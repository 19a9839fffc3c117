import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../../../src-main/core/scsi/compare'

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const cuts = [...at.map((position) => position % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let from = 0
  return cuts.map((to) => {
    const chunk = bytes.subarray(from, to)
    from = to
    return chunk
  })
}

describe('firstDifference', () => {
  it('finds the first differing byte of two buffers, however they are cut into chunks', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 5 })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, cuts, fc.option(fc.nat()), (bytes, leftCuts, rightCuts, change) => {
        const other = bytes.slice()
        const position = change === null || bytes.length === 0 ? undefined : change % bytes.length
        if (position !== undefined) other[position]! ^= 0x40
        expect(firstDifference(cut(bytes, leftCuts), cut(other, rightCuts))).toBe(position)
      }),
    )
  })
})
