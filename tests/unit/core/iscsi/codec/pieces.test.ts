import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { concatBytes } from '../../../../../src-main/base/bytes'
import { Pieces } from '../../../../../src-main/core/iscsi/codec/pieces'

it('gives the bytes in order and never more chunks than allowed', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (parts, maxPieces) => {
      const whole = concatBytes(parts)
      const pieces = new Pieces({ totalBytes: whole.length, maxPieces })
      for (const part of parts) {
        pieces.add(part)
        expect(pieces.chunks.length).toBeLessThanOrEqual(maxPieces)
      }
      expect(concatBytes(pieces.chunks)).toEqual(whole)
    }),
  )
})

it('takes no more than was announced', () => {
  const pieces = new Pieces({ totalBytes: 4, maxPieces: 2 })
  expect(() => pieces.add(new Uint8Array(5))).toThrow('more bytes than announced')
})
