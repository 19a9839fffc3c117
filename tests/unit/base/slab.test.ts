import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allocateBytes } from '../../../src-main/base/slab'

it('gives zeroed pieces that no two share, aligned to words', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }), (lengths) => {
      const pieces = lengths.map((length, index) => {
        const piece = allocateBytes(length)
        expect(piece).toHaveLength(length)
        expect(piece.byteOffset % 16).toBe(0)
        expect(piece.every((byte) => byte === 0)).toBe(true)
        return piece.fill(index + 1)
      })
      for (const [index, piece] of pieces.entries()) expect(piece.every((byte) => byte === index + 1)).toBe(true)
    }),
  )
})
