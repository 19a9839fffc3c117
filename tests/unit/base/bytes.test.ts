import fc from 'fast-check'
import { expect, it } from 'vitest'
import { equalBytes, getU64, putU64 } from '../../../src-main/base/bytes'

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

it('puts 64 bits, and gets them as far as numbers are exact', () => {
  const bytes = new Uint8Array(9)
  for (const value of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
    putU64(bytes, 1, value)
    expect(getU64(bytes, 1)).toBe(value)
  }
  expect(getU64(Uint8Array.of(0x00, 0x20, 0, 0, 0, 0, 0, 0), 0)).toBe(Number.POSITIVE_INFINITY)
  expect(getU64(new Uint8Array(8).fill(0xff), 0)).toBe(Number.POSITIVE_INFINITY)
})

function shifted(bytes: Uint8Array, offset: number): Uint8Array {
  const whole = new Uint8Array(offset + bytes.length)
  whole.set(bytes, offset)
  return whole.subarray(offset)
}
