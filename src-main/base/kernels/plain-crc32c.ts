/** CRC-32C without WebAssembly: slicing by eight. */

export const POLYNOMIAL_REFLECTED = 0x82f63b78
const TABLES = buildTables()

export function plainCrc32c(bytes: Uint8Array, seed: number): number {
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
