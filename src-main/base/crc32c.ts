/** CRC-32C (Castagnoli), as iSCSI digests (RFC 7143 §13.1) and superblocks use it. */
import { kernels, type Kernels } from './kernels/kernels'
import { plainCrc32c, POLYNOMIAL_REFLECTED } from './kernels/plain-crc32c'

/** Fewer are done before they are copied into the kernel's memory. */
const KERNEL_FROM_BYTES = 128

/** `seed` is the value returned for the bytes before these, so that a checksum can be made in pieces. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  if (bytes.length < KERNEL_FROM_BYTES) return plainCrc32c(bytes, seed)
  const loaded = kernels()
  return loaded === undefined ? plainCrc32c(bytes, seed) : kernelCrc32c(loaded, bytes, seed)
}

function kernelCrc32c({ memory, inputAt, inputBytes, crc32c: run }: Kernels, bytes: Uint8Array, seed: number): number {
  const { length } = bytes
  if (length <= inputBytes) {
    memory.set(bytes, inputAt)
    return run(length, seed) >>> 0
  }
  let crc = seed
  for (let at = 0; at < length; at += inputBytes) {
    const piece = bytes.subarray(at, at + inputBytes)
    memory.set(piece, inputAt)
    crc = run(piece.length, crc)
  }
  return crc >>> 0
}

/**
 * The checksum of two adjacent pieces, from the checksum of each. In polynomials over GF(2), with the highest power in the
 * lowest bit: multiply the first by x to the power of the second's length in bits, then add the second.
 */
export function joinCrc32c(first: number, second: number, secondByteCount: number): number {
  return (multiply(first, powerOfX(secondByteCount * 8)) ^ second) >>> 0
}

const ONE = 1 << 31
const X = 1 << 30
/** x, then the square of the one before, enough for every length. */
const SQUARES = buildSquares()

function powerOfX(exponent: number): number {
  let power = ONE
  for (let left = exponent, at = 0; left > 0; left = Math.floor(left / 2), at++) {
    if (left % 2 === 1) power = multiply(power, SQUARES[at]!)
  }
  return power
}

function buildSquares(): Int32Array {
  const squares = new Int32Array(64)
  let square = X
  for (let at = 0; at < squares.length; at++) {
    squares[at] = square
    square = multiply(square, square)
  }
  return squares
}

/** Modulo the polynomial of the checksum. */
function multiply(a: number, b: number): number {
  let product = 0
  let shifted = b
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL_REFLECTED
  }
  return product
}
