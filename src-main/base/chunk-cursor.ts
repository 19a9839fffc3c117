import { present } from './assert'

/** Cuts a list of chunks into pieces from its beginning, without copying. */
export class ChunkCursor {
  readonly #chunks: readonly Uint8Array[]
  #index = 0
  #offset = 0

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks
  }

  /** The next `byteCount` bytes, which must be there. */
  take(byteCount: number): Uint8Array[] {
    const piece: Uint8Array[] = []
    let left = byteCount
    while (left > 0) {
      const chunk = present(this.#chunks[this.#index], 'a chunk')
      const length = Math.min(left, chunk.length - this.#offset)
      if (length > 0) piece.push(length === chunk.length ? chunk : chunk.subarray(this.#offset, this.#offset + length))
      this.#offset += length
      left -= length
      if (this.#offset === chunk.length) {
        this.#index++
        this.#offset = 0
      }
    }
    return piece
  }
}
