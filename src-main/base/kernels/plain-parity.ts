/** Sums of bytes without WebAssembly. */
import { multiply, powerOfTwo } from '../galois'

/** By words of 32 bits where both are aligned to them. */
export function plainXorInto(target: Uint8Array, offset: number, source: Uint8Array): void {
  const length = source.length
  let done = 0
  if ((target.byteOffset + offset) % 4 === 0 && source.byteOffset % 4 === 0) {
    const words = length >>> 2
    const to = new Int32Array(target.buffer, target.byteOffset + offset, words)
    const from = new Int32Array(source.buffer, source.byteOffset, words)
    for (let i = 0; i < words; i++) to[i] = to[i]! ^ from[i]!
    done = words << 2
  }
  for (; done < length; done++) target[offset + done] = target[offset + done]! ^ source[done]!
}

export function plainMulAddInto(target: Uint8Array, offset: number, source: Uint8Array, coefficient: number): void {
  const products = productsOf(coefficient)
  for (let at = 0; at < source.length; at++) target[offset + at]! ^= products[source[at]!]!
}

export function plainParityInto(p: Uint8Array, q: Uint8Array, chunks: readonly Uint8Array[]): void {
  p.fill(0)
  q.fill(0)
  chunks.forEach((chunk, index) => {
    plainXorInto(p, 0, chunk)
    plainMulAddInto(q, 0, chunk, powerOfTwo(index))
  })
}

const products = new Map<number, Uint8Array>()

/** Of every byte with this coefficient. */
function productsOf(coefficient: number): Uint8Array {
  let found = products.get(coefficient)
  if (found === undefined) products.set(coefficient, (found = Uint8Array.from({ length: 256 }, (_, byte) => multiply(coefficient, byte))))
  return found
}
