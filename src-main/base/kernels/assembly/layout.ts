/** Where things are in the module's memory. Nothing is allocated. */

export const TABLE_BYTES: usize = 1024
export const TABLES: usize = 0
export const TABLE_COUNT: u32 = 16

/** Always zeros: what the fold finds in front of the first byte. */
const ZERO_BYTES: usize = 384

/** The bytes of one call, put there by the caller. The kernels overwrite them. */
export const INPUT: usize = TABLES + TABLE_BYTES * TABLE_COUNT + ZERO_BYTES
export const INPUT_BYTES: usize = 64 * 1024

/** What the fold leaves. */
export const REST: usize = INPUT + INPUT_BYTES + 64

/**
 * The same place as slots, for kernels that take several inputs: results first, then SOURCES of them. What lies between
 * two slots may be overwritten, and keeps them from the same lines of the cache.
 */
export const SLOT_BYTES: usize = 16 * 1024
export const SLOT_STRIDE: usize = SLOT_BYTES + 320
export const SOURCES: u32 = 8
