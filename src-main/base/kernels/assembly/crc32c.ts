import { INPUT, REST, TABLE_BYTES, TABLE_COUNT, TABLES } from './layout'

/**
 * CRC-32C. WebAssembly cannot multiply without carries, so most bytes are folded away with XOR alone. Because
 *
 *     1 = x^-166 + x^-180 + x^-188 + x^-207 + x^-343   (modulo the polynomial of CRC-32C)
 *
 * holds for x^8 too (squaring keeps such an equation true), a byte may be removed if it is added to the bytes 166, 180,
 * 188, 207 and 343 places further on: the checksum stays. That moves a whole message into its last bytes, sixteen at a
 * time. Of all sets of five within 352 bytes, this one leaves the widest gap to the nearest place, and a gap is what
 * lets the processor keep several steps in flight. What is left goes through tables, sixteen bytes a step.
 */
const NEAREST: usize = 166
const SECOND: usize = 180
const THIRD: usize = 188
const FOURTH: usize = 207
const FARTHEST: usize = 343

const STEP_BYTES: usize = 64
/** The fold stops this far from the end, in whole vectors beyond the farthest place. */
const LEFT_BYTES: usize = 352
/** Shorter messages are not worth folding. */
const FOLD_FROM_BYTES: u32 = 768

const POLYNOMIAL_REFLECTED: u32 = 0x82f63b78

buildTables()

/** Of the first `length` bytes of the input, going on from `seed`. */
export function crc32c(length: u32, seed: u32): u32 {
  if (length < FOLD_FROM_BYTES) return ~throughTables(INPUT, length, ~seed)
  // The state before the first byte is the same as that state added to the first four bytes.
  store<u32>(INPUT, load<u32>(INPUT) ^ ~seed)
  const end = INPUT + length
  const at = fold(INPUT, end)
  moveRest(at, end)
  return ~throughTables(REST, u32(end - at), 0)
}

/** Until at most LEFT_BYTES and a step are left; returns where they begin. Each vector gathers what was added to it, from behind. */
function fold(start: usize, end: usize): usize {
  let at = start
  for (; at + STEP_BYTES + LEFT_BYTES <= end; at += STEP_BYTES) {
    v128.store(at, gathered(v128.load(at), at))
    v128.store(at, gathered(v128.load(at, 16), at + 16), 16)
    v128.store(at, gathered(v128.load(at, 32), at + 32), 32)
    v128.store(at, gathered(v128.load(at, 48), at + 48), 48)
  }
  return at
}

/** The last bytes gather only from those that were folded away: those among themselves are zeros by then. */
function moveRest(start: usize, end: usize): void {
  for (let at = start, to = REST; at < end; at += 16, to += 16) {
    const own = v128.load(at)
    v128.store(at, i64x2.splat(0))
    v128.store(to, gathered(own, at))
  }
}

// @ts-ignore: decorator
@inline
function gathered(own: v128, at: usize): v128 {
  const farthest = at - FARTHEST
  const one = v128.xor(own, v128.load(farthest))
  const two = v128.xor(v128.load(farthest, FARTHEST - FOURTH), v128.load(farthest, FARTHEST - THIRD))
  const three = v128.xor(v128.load(farthest, FARTHEST - SECOND), v128.load(farthest, FARTHEST - NEAREST))
  return v128.xor(one, v128.xor(two, three))
}

/** From state to state: without the inversions before the first and after the last byte. */
function throughTables(start: usize, length: u32, state: u32): u32 {
  const end = start + length
  let at = start
  let crc = state
  for (; at + 16 <= end; at += 16) {
    const first = load<u32>(at) ^ crc
    const second = load<u32>(at, 4)
    const third = load<u32>(at, 8)
    const fourth = load<u32>(at, 12)
    crc =
      entry(second & 0xff, 11) ^ entry((second >> 8) & 0xff, 10) ^ entry((second >> 16) & 0xff, 9) ^ entry(second >> 24, 8) ^
      entry(third & 0xff, 7) ^ entry((third >> 8) & 0xff, 6) ^ entry((third >> 16) & 0xff, 5) ^ entry(third >> 24, 4) ^
      entry(fourth & 0xff, 3) ^ entry((fourth >> 8) & 0xff, 2) ^ entry((fourth >> 16) & 0xff, 1) ^ entry(fourth >> 24, 0) ^
      entry(first & 0xff, 15) ^ entry((first >> 8) & 0xff, 14) ^ entry((first >> 16) & 0xff, 13) ^ entry(first >> 24, 12)
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry((crc ^ load<u8>(at)) & 0xff, 0)
  return crc
}

/** What a byte becomes that `table` more bytes follow. */
// @ts-ignore: decorator
@inline
function entry(byte: u32, table: usize): u32 {
  return load<u32>(TABLES + table * TABLE_BYTES + (byte << 2))
}

function buildTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL_REFLECTED : crc >> 1
    store<u32>(TABLES + (byte << 2), crc)
  }
  for (let index: u32 = 256; index < 256 * TABLE_COUNT; index++) {
    const before = load<u32>(TABLES + ((index - 256) << 2))
    store<u32>(TABLES + (index << 2), (before >> 8) ^ entry(before & 0xff, 0))
  }
}
