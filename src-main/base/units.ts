/**
 * Block addresses, counts of blocks and counts of bytes are different types, so that one cannot be passed for another.
 * All are non-negative safe integers.
 */
declare const unit: unique symbol
export type BlockAddress = number & { readonly [unit]: 'block-address' }
export type BlockCount = number & { readonly [unit]: 'block-count' }
export type ByteCount = number & { readonly [unit]: 'byte-count' }

/** Logical block length of every volume, and the atomic unit of every drive. */
export const BLOCK_BYTES = 512

export const KIB = 1024
export const MIB = 1024 * 1024
export const GIB = 1024 * 1024 * 1024

export function blockAddress(value: number): BlockAddress {
  return checked(value) as BlockAddress
}

export function blockCount(value: number): BlockCount {
  return checked(value) as BlockCount
}

export function byteCount(value: number): ByteCount {
  return checked(value) as ByteCount
}

export function blocksToBytes(blocks: BlockCount): ByteCount {
  return (blocks * BLOCK_BYTES) as ByteCount
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`)
  return value
}
