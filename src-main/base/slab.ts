/**
 * Zeroed memory for data that lives as long as one request. Short pieces are cut from a shared slab, because allocating and
 * collecting a separate buffer costs more than reading 4 KiB into it. A slab is freed when its last piece is freed.
 */
const SLAB_BYTES = 64 * 1024
const LONGEST_PIECE_BYTES = SLAB_BYTES / 4
/** So that pieces can be viewed as words. */
const ALIGNMENT_BYTES = 16

let slab = new Uint8Array(SLAB_BYTES)
let used = 0

export function allocateBytes(byteLength: number): Uint8Array {
  if (byteLength > LONGEST_PIECE_BYTES) return new Uint8Array(byteLength)
  if (used + byteLength > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES)
    used = 0
  }
  const piece = slab.subarray(used, used + byteLength)
  used += Math.ceil(byteLength / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
  return piece
}
