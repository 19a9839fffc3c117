import { assert } from '../../base/assert'
import { inverse, powerOfTwo } from '../../base/galois'
import { mulAddInto, parityInto, xorAllInto, xorInto } from '../../base/kernels/parity'

/**
 * The parity of a row: P is the sum of its data blocks, Q the sum of each times 2 to the power of its chunk. Sums are XORs, so
 * adding a block twice removes it. Levels with one parity have only P.
 */
export const P = 0
export const Q = 1

/** Adds a data block of a chunk to a parity, or removes it if it is already in there. */
export function addData(parity: number, chunk: number, target: Uint8Array, at: number, data: Uint8Array): void {
  if (parity === P) xorInto(target, at, data)
  else mulAddInto(target, at, data, powerOfTwo(chunk))
}

/** Computes P, or P and Q, from all data of a row, in the order of its chunks. */
export function makeParity(data: readonly Uint8Array[], parityCount: number): Uint8Array[] {
  const p = new Uint8Array(data[0]!.length)
  if (parityCount === 1) {
    xorAllInto(p, data)
    return [p]
  }
  const q = new Uint8Array(p.length)
  parityInto(p, q, data)
  return [p, q]
}

/**
 * Computes lost data, in the order of `lost`, which is ascending. `sums` has, by parity, the sum of the lost chunks alone, for at
 * least as many parities as chunks are lost. The sums are overwritten.
 */
export function solve(lost: readonly number[], sums: readonly (Uint8Array | undefined)[]): Uint8Array[] {
  const [p, q] = sums
  const [x, y] = lost
  if (x === undefined) return []
  if (y === undefined) return [p ?? scaled(q, inverse(powerOfTwo(x)))]
  assert(p !== undefined && q !== undefined && lost.length === 2, () => `${lost.length} chunks cannot be worked out`)
  // q = 2^x dx + 2^y dy and p = dx + dy, so q + 2^x p = (2^x + 2^y) dy.
  mulAddInto(q, 0, p, powerOfTwo(x))
  const dataOfY = scaled(q, inverse(powerOfTwo(x) ^ powerOfTwo(y)))
  xorInto(p, 0, dataOfY)
  return [p, dataOfY]
}

function scaled(bytes: Uint8Array | undefined, coefficient: number): Uint8Array {
  assert(bytes !== undefined, 'there is no parity left')
  const product = new Uint8Array(bytes.length)
  mulAddInto(product, 0, bytes, coefficient)
  return product
}
