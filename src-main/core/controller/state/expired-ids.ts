import { crc32c } from '../../../base/crc32c'
import type { ArrayState } from '../../../contract/array-state'
import { LIMITS } from '../../../contract/limits'

/**
 * The ids whose results were dropped from the array state, as a Bloom filter in hexadecimal: each id sets a few bits. An id that was
 * dropped always has all of its bits set, so it is never taken for a new one. A new id may have them set by others: then it is
 * refused in vain, and its caller chooses another. With 4096 dropped ids that happens to 1 new id in 700, with 10,000 to 1 in 25.
 * A caller that says how many results it knew when it chose its id (`since`) is never refused in vain.
 */
const BITS_OF_AN_ID = 5
const BITS_OF_A_DIGIT = 4
const EMPTY = '0'.repeat(LIMITS.expiredIdBits / BITS_OF_A_DIGIT)

/** Results so far, with those that were dropped. What a caller knew of them puts its id in order. */
export function resultCount({ completedRequests, droppedResults = 0 }: ArrayState): number {
  return droppedResults + completedRequests.length
}

/** The request may have been carried out, and its result dropped since. */
export function mayHaveExpired({ droppedResults = 0, expiredIds }: ArrayState, id: string, since: number | undefined): boolean {
  // What is chosen now comes behind all that were dropped by now.
  if (expiredIds === undefined || (since !== undefined && since >= droppedResults)) return false
  return bitsOf(id).every((bit) => (digitAt(expiredIds, bit) & maskOf(bit)) !== 0)
}

/** Drops the oldest results that are too many. */
export function withoutOldResults(state: ArrayState): ArrayState {
  const { completedRequests, droppedResults = 0, expiredIds = EMPTY } = state
  const dropped = completedRequests.slice(0, Math.max(0, completedRequests.length - LIMITS.completedRequests))
  if (dropped.length === 0) return state
  return {
    ...state,
    completedRequests: completedRequests.slice(dropped.length),
    droppedResults: droppedResults + dropped.length,
    expiredIds: dropped.flatMap(({ id }) => bitsOf(id)).reduce(withBit, expiredIds),
  }
}

function withBit(expiredIds: string, bit: number): string {
  const at = Math.floor(bit / BITS_OF_A_DIGIT)
  const digit = digitAt(expiredIds, bit) | maskOf(bit)
  return `${expiredIds.slice(0, at)}${digit.toString(16)}${expiredIds.slice(at + 1)}`
}

function digitAt(expiredIds: string, bit: number): number {
  return Number.parseInt(expiredIds.charAt(Math.floor(bit / BITS_OF_A_DIGIT)), 16)
}

function maskOf(bit: number): number {
  return 1 << (bit % BITS_OF_A_DIGIT)
}

/** Two hashes give all positions, as good as one hash for each (Kirsch and Mitzenmacher 2006). */
function bitsOf(id: string): number[] {
  const sum = crc32c(new TextEncoder().encode(id))
  const first = scattered(sum)
  const step = scattered(sum ^ 0x9e37_79b9) | 1
  return Array.from({ length: BITS_OF_AN_ID }, (_, index) => (first + Math.imul(index, step)) >>> 0).map(
    (hash) => hash % LIMITS.expiredIdBits,
  )
}

/** A checksum of similar ids has similar bits; this mixes them (the last steps of MurmurHash3). */
function scattered(sum: number): number {
  let hash = sum
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
