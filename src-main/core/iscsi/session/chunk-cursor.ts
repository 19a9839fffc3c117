/** Cuts views out of a list of chunks, one behind the other. */
export class ChunkCursor {
  readonly #chunks: readonly Uint8Array[]
  #index = 0
  #offset = 0

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks
  }

  take(bytes: number): Uint8Array[] {
    const taken: Uint8Array[] = []
    let left = bytes
    while (left > 0) {
      const chunk = this.#chunks[this.#index]!
      const size = Math.min(left, chunk.length - this.#offset)
      if (size > 0) taken.push(size === chunk.length ? chunk : chunk.subarray(this.#offset, this.#offset + size))
      left -= size
      this.#offset += size
      if (this.#offset === chunk.length) {
        this.#index++
        this.#offset = 0
      }
    }
    return taken
  }
}
