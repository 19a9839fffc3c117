/** Logical block length of every volume, and the atomic unit of every drive. */
export const BLOCK_BYTES = 512

export const KIB = 1024
export const MIB = 1024 * 1024
export const GIB = 1024 * 1024 * 1024
