/** CRC-32C (Castagnoli), as iSCSI digests (RFC 7143 §13.1) and superblocks use it. Slicing by eight. */

const POLYNOMIAL_REFLECTED = 0x82f63b78
const TABLES = buildTables()

/** `seed` is the value returned for the bytes before these, so that a checksum can be made in pieces. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed
  let i = 0
  const end = bytes.length
  const t = TABLES
  for (; i + 8 <= end; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    crc =
      t[1792 + (low & 0xff)]! ^
      t[1536 + ((low >>> 8) & 0xff)]! ^
      t[1280 + ((low >>> 16) & 0xff)]! ^
      t[1024 + (low >>> 24)]! ^
      t[768 + bytes[i + 4]!]! ^
      t[512 + bytes[i + 5]!]! ^
      t[256 + bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!
  return ~crc >>> 0
}

/**
 * The checksum of two pieces one behind the other, from the checksum of each. In polynomials over GF(2), with the highest
 * power in the lowest bit: the first is multiplied by x to the number of bits of the second, which then is added.
 */
export function joinCrc32c(first: number, second: number, secondByteCount: number): number {
  return (multiply(first, powerOfX(secondByteCount * 8)) ^ second) >>> 0
}

const ONE = 1 << 31
const X = 1 << 30
/** x, and from each one to the next its square: enough for every length. */
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

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let n = 0; n < 256; n++) {
    let crc = n
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL_REFLECTED : crc >>> 1
    tables[n] = crc
  }
  for (let slice = 1; slice < 8; slice++) {
    for (let n = 0; n < 256; n++) {
      const previous = tables[(slice - 1) * 256 + n]!
      tables[slice * 256 + n] = (previous >>> 8) ^ tables[previous & 0xff]!
    }
  }
  return tables
}
