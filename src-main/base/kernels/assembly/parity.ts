import { INPUT, SLOT_STRIDE } from './layout'

/**
 * Sums of bytes as RAID 5 and 6 use them: in GF(2^8), modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D), where a sum is an
 * exclusive or. All kernels work on whole steps, so up to a step of what follows a slot's bytes is overwritten.
 */
const STEP_BYTES: usize = 64
const POLYNOMIAL_LOW: u32 = 0x1d

/** Adds the slots 1, 2, … to slot 0. */
export function xor(sources: u32, length: u32): void {
  const end = INPUT + length
  for (let at = INPUT; at < end; at += STEP_BYTES) {
    let sum0 = v128.load(at)
    let sum1 = v128.load(at, 16)
    let sum2 = v128.load(at, 32)
    let sum3 = v128.load(at, 48)
    let from = at
    for (let source: u32 = 0; source < sources; source++) {
      from += SLOT_STRIDE
      sum0 = v128.xor(sum0, v128.load(from))
      sum1 = v128.xor(sum1, v128.load(from, 16))
      sum2 = v128.xor(sum2, v128.load(from, 32))
      sum3 = v128.xor(sum3, v128.load(from, 48))
    }
    v128.store(at, sum0)
    v128.store(at, sum1, 16)
    v128.store(at, sum2, 32)
    v128.store(at, sum3, 48)
  }
}

/**
 * Goes on with P in slot 0 and Q in slot 1 by the sources in the slots 2, 3, …, from the last one back: each step doubles
 * Q and adds a source, so that in the end source n has the factor 2^n.
 */
export function parity(sources: u32, length: u32): void {
  const end = INPUT + length
  for (let at = INPUT; at < end; at += STEP_BYTES) {
    const atQ = at + SLOT_STRIDE
    let p0 = v128.load(at)
    let p1 = v128.load(at, 16)
    let p2 = v128.load(at, 32)
    let p3 = v128.load(at, 48)
    let q0 = v128.load(atQ)
    let q1 = v128.load(atQ, 16)
    let q2 = v128.load(atQ, 32)
    let q3 = v128.load(atQ, 48)
    let from = atQ + SLOT_STRIDE * sources
    for (let source: u32 = 0; source < sources; source++) {
      const data0 = v128.load(from)
      const data1 = v128.load(from, 16)
      const data2 = v128.load(from, 32)
      const data3 = v128.load(from, 48)
      p0 = v128.xor(p0, data0)
      p1 = v128.xor(p1, data1)
      p2 = v128.xor(p2, data2)
      p3 = v128.xor(p3, data3)
      q0 = v128.xor(doubled(q0), data0)
      q1 = v128.xor(doubled(q1), data1)
      q2 = v128.xor(doubled(q2), data2)
      q3 = v128.xor(doubled(q3), data3)
      from -= SLOT_STRIDE
    }
    v128.store(at, p0)
    v128.store(at, p1, 16)
    v128.store(at, p2, 32)
    v128.store(at, p3, 48)
    v128.store(atQ, q0)
    v128.store(atQ, q1, 16)
    v128.store(atQ, q2, 32)
    v128.store(atQ, q3, 48)
  }
}

/** Where the sign says that the highest bit falls out, the polynomial takes it back in. */
// @ts-ignore: decorator
@inline
function doubled(bytes: v128): v128 {
  const overflows = i8x16.gt_s(i64x2.splat(0), bytes)
  return v128.xor(i8x16.add(bytes, bytes), v128.and(overflows, i8x16.splat(i8(POLYNOMIAL_LOW))))
}

/** Products of the low half of a byte, then of its high half. In a slot that `mulAdd` does not use. */
const PRODUCTS: usize = INPUT + 2 * SLOT_STRIDE

/** Adds `coefficient` times slot 1 to slot 0: a byte's product is the sum of those of its halves, each one of sixteen. */
export function mulAdd(length: u32, coefficient: u32): void {
  buildProducts(coefficient)
  const low = v128.load(PRODUCTS)
  const high = v128.load(PRODUCTS, 16)
  const end = INPUT + length
  for (let at = INPUT; at < end; at += STEP_BYTES) {
    const from = at + SLOT_STRIDE
    v128.store(at, v128.xor(v128.load(at), product(v128.load(from), low, high)))
    v128.store(at, v128.xor(v128.load(at, 16), product(v128.load(from, 16), low, high)), 16)
    v128.store(at, v128.xor(v128.load(at, 32), product(v128.load(from, 32), low, high)), 32)
    v128.store(at, v128.xor(v128.load(at, 48), product(v128.load(from, 48), low, high)), 48)
  }
}

// @ts-ignore: decorator
@inline
function product(bytes: v128, low: v128, high: v128): v128 {
  const ofLow = i8x16.swizzle(low, v128.and(bytes, i8x16.splat(0x0f)))
  return v128.xor(ofLow, i8x16.swizzle(high, i8x16.shr_u(bytes, 4)))
}

function buildProducts(coefficient: u32): void {
  let power = coefficient
  for (let half = PRODUCTS; half < PRODUCTS + 32; half += 16) {
    store<u8>(half, 0)
    for (let bit: usize = 1; bit < 16; bit <<= 1) {
      for (let rest: usize = 0; rest < bit; rest++) store<u8>(half + bit + rest, load<u8>(half + rest) ^ power)
      power = (power << 1) ^ (power & 0x80 ? 0x100 | POLYNOMIAL_LOW : 0)
    }
  }
}
