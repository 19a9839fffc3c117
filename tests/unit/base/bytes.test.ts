import fc from 'fast-check'
import { expect, it } from 'vitest'
import { equalBytes } from '../../../src-main/base/bytes'

it('tells bytes apart by each of them, wherever they begin', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.nat(), (bytes, offset, otherOffset, place) => {
      const one = shifted(bytes, offset)
      const other = shifted(bytes, otherOffset)
      expect(equalBytes(one, other)).toBe(true)
      expect(equalBytes(one, shifted(Uint8Array.from([...bytes, 0]), otherOffset))).toBe(false)
      if (bytes.length === 0) return
      other[place % bytes.length]! ^= 1
      expect(equalBytes(one, other)).toBe(false)
    }),
  )
})

function shifted(bytes: Uint8Array, offset: number): Uint8Array {
  const whole = new Uint8Array(offset + bytes.length)
  whole.set(bytes, offset)
  return whole.subarray(offset)
}
