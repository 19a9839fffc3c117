import { assert } from '../../../base/assert'

/**
 * Bytes of a known total that arrive in pieces. Pieces are kept as they are. Beyond `maxPieces` they are gathered in one buffer,
 * so that a sender of tiny pieces cannot make us hold more than it announced.
 */
export class Pieces {
  readonly totalBytes: number
  readonly #maxPieces: number
  #chunks: Uint8Array[] = []
  #bytes = 0
  #whole: Uint8Array | undefined

  constructor(options: { readonly totalBytes: number; readonly maxPieces: number }) {
    this.totalBytes = options.totalBytes
    this.#maxPieces = options.maxPieces
  }

  get bytes(): number {
    return this.#bytes
  }

  /** In order; only complete once `bytes` is `totalBytes`. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks
  }

  add(piece: Uint8Array): void {
    assert(this.#bytes + piece.length <= this.totalBytes, 'more bytes than announced')
    if (this.#whole !== undefined) this.#whole.set(piece, this.#bytes)
    else {
      this.#chunks.push(piece)
      if (this.#chunks.length > this.#maxPieces) this.#gather()
    }
    this.#bytes += piece.length
  }

  #gather(): void {
    const whole = new Uint8Array(this.totalBytes)
    let offset = 0
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset)
      offset += chunk.length
    }
    this.#whole = whole
    this.#chunks = [whole]
  }
}
