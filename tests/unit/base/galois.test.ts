import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverse, multiply, powerOfTwo } from '../../../src-main/base/galois'

const element = fc.integer({ min: 0, max: 255 })

/** As at school: shift and add, and the polynomial 0x11D taken off where a bit goes over. */
function product(a: number, b: number): number {
  let sum = 0
  for (let bit = 7; bit >= 0; bit--) {
    sum = (sum << 1) ^ (sum >= 0x80 ? 0x11d : 0)
    if ((b >> bit) & 1) sum ^= a
  }
  return sum
}

describe('the field of 256 elements', () => {
  it('multiplies as polynomials do', () => {
    fc.assert(fc.property(element, element, (a, b) => multiply(a, b) === product(a, b)))
    expect(multiply(0x80, 2)).toBe(0x1d)
  })

  it('has 255 different powers of 2, and an inverse of everything but 0', () => {
    const powers = Array.from({ length: 255 }, (_, exponent) => powerOfTwo(exponent))
    expect(new Set(powers).size).toBe(255)
    expect(powers.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 0x1d])
    for (const power of powers) expect(multiply(power, inverse(power))).toBe(1)
    expect(() => inverse(0)).toThrow('no inverse')
  })
})
