import fc from 'fast-check'
import { Prng } from '../../src-main/base/prng'

/** Bytes of any length up to `maxLength` at any alignment. Cheaper for long ones than an arbitrary for each byte. */
export function randomBytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.nat(maxLength), fc.nat(15), fc.nat()).map(([length, skew, seed]) => bytesOf(length, skew, seed))
}

/** The same bytes for the same seed, beginning `skew` bytes into their buffer. */
export function bytesOf(length: number, skew: number, seed: number): Uint8Array {
  const prng = new Prng(seed)
  const bytes = new Uint8Array(length + skew).subarray(skew)
  for (let at = 0; at < length; at++) bytes[at] = prng.u32()
  return bytes
}
