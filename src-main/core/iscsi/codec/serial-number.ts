/** Serial numbers of 32 bits that wrap around (RFC 1982, as RFC 7143 §4.2.2 compares CmdSN, StatSN and DataSN). */

export function serialAdd(serial: number, count: number): number {
  return (serial + count) >>> 0
}

/** How far `a` is ahead of `b`: negative if it is behind; from -2^31 to 2^31 - 1. */
export function serialDistance(a: number, b: number): number {
  return (a - b) | 0
}
