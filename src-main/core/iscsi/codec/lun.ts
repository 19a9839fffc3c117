/** Logical unit numbers of 64 bits (SAM-5 §4.7): single level, by peripheral device or flat space addressing. */
const LUN_BYTES = 8
const PERIPHERAL_METHOD = 0
const FLAT_SPACE_METHOD = 1
const MAX_PERIPHERAL_LUN = 0xff
const MAX_FLAT_SPACE_LUN = 0x3fff

/** The number, or -1 for an address method, a bus, or a second level that no unit here uses. */
export function decodeLun(bytes: Uint8Array, offset: number): number {
  const high = bytes[offset]!
  const low = bytes[offset + 1]!
  for (let i = 2; i < LUN_BYTES; i++) if (bytes[offset + i] !== 0) return -1
  const method = high >>> 6
  if (method === PERIPHERAL_METHOD) return high === 0 ? low : -1
  if (method === FLAT_SPACE_METHOD) return ((high & 0x3f) << 8) | low
  return -1
}

/** Peripheral addressing up to 255, flat space above. Leaves the field zero for numbers that no unit can have. */
export function encodeLun(bytes: Uint8Array, offset: number, lun: number): void {
  bytes.fill(0, offset, offset + LUN_BYTES)
  if (lun < 0 || lun > MAX_FLAT_SPACE_LUN) return
  if (lun > MAX_PERIPHERAL_LUN) bytes[offset] = (FLAT_SPACE_METHOD << 6) | (lun >>> 8)
  bytes[offset + 1] = lun
}
