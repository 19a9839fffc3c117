import { toHex } from '../../base/bytes'
import type { Prng } from '../../base/prng'

/** The serial of a new volume: 16 hex digits. */
export function newSerial(random: Prng): string {
  const bytes = new Uint8Array(8)
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256)
  return toHex(bytes)
}
