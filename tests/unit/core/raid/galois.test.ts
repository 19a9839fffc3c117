import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverse, mulAddInto, multiply, powerOfTwo } from '../../../../src-main/core/raid/galois'
import { addData, P, Q, solve } from '../../../../src-main/core/raid/parity-code'

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

  it('adds a multiple of bytes in the middle of others', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 70 }), fc.uint8Array({ maxLength: 9 }), element, (target, source, coefficient) => {
        const at = target.length - source.length
        const expected = target.map((byte, index) => (index < at ? byte : byte ^ product(source[index - at]!, coefficient)))
        mulAddInto(target, at, source, coefficient)
        expect(target).toEqual(expected)
      }),
    )
    expect(() => mulAddInto(new Uint8Array(4), 2, new Uint8Array(3), 1)).toThrow('of 4')
  })
})

describe('P and Q', () => {
  it('give back any one or two chunks', () => {
    const row = fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 22 })
    fc.assert(
      fc.property(row, fc.nat(), fc.nat(), fc.constantFrom([P], [Q], [P, Q]), (data, a, b, parities) => {
        const wanted = [...new Set([a % data.length, b % data.length])].sort((x, y) => x - y)
        const lost = parities.length === 1 ? wanted.slice(0, 1) : wanted
        const sums: Uint8Array[] = []
        for (const parity of parities) {
          sums[parity] = new Uint8Array(4)
          // All of them, and then those that are there taken out again.
          data.forEach((block, chunk) => addData(parity, chunk, sums[parity]!, 0, block))
          data.forEach((block, chunk) => lost.includes(chunk) || addData(parity, chunk, sums[parity]!, 0, block))
        }
        expect(solve(lost, sums)).toEqual(lost.map((chunk) => data[chunk]))
      }),
    )
  })

  it('cannot give back more than they are', () => {
    expect(() => solve([0, 1], [new Uint8Array(1)])).toThrow('cannot be worked out')
    expect(() => solve([0, 1, 2], [new Uint8Array(1), new Uint8Array(1)])).toThrow('cannot be worked out')
  })
})
