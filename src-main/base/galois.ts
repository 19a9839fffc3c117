import { assert } from './assert'

/**
 * Arithmetic in GF(2^8), the field of 256 elements in which RAID 6 makes its second parity: a sum is an exclusive or, a
 * product is one of polynomials over GF(2) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D). Every element but 0 is a power of 2.
 */
const POLYNOMIAL = 0x11d

/** 2 to the power of an index, twice over, so that the sum of two logarithms needs no remainder. */
const POWERS = new Uint8Array(510)
const LOGARITHMS = new Uint8Array(256)

for (let exponent = 0, power = 1; exponent < 255; exponent++) {
  POWERS[exponent] = power
  POWERS[exponent + 255] = power
  LOGARITHMS[power] = exponent
  power = (power << 1) ^ (power >= 0x80 ? POLYNOMIAL : 0)
}

export function powerOfTwo(exponent: number): number {
  return POWERS[exponent % 255]!
}

export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : POWERS[LOGARITHMS[a]! + LOGARITHMS[b]!]!
}

export function inverse(a: number): number {
  assert(a !== 0, '0 has no inverse')
  return POWERS[255 - LOGARITHMS[a]!]!
}
