const ENCODER = new TextEncoder()

/** Bytes on their way out, first come first gone. */
export class ByteSink {
  #chunks: Uint8Array[] = []
  #waiting = 0
  #total = 0

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
    this.#waiting += bytes.length
    this.#total += bytes.length
  }

  addText(text: string): void {
    this.add(ENCODER.encode(text))
  }

  /** Bytes that were not taken yet. */
  get waiting(): number {
    return this.#waiting
  }

  /** Bytes so far. */
  get total(): number {
    return this.#total
  }

  /** At most so many bytes. */
  take(max: number): Uint8Array {
    const taken = new Uint8Array(Math.min(max, this.#waiting))
    let done = 0
    let used = 0
    for (const chunk of this.#chunks) {
      const part = chunk.subarray(0, taken.length - done)
      taken.set(part, done)
      done += part.length
      if (part.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(part.length)
        break
      }
      used++
    }
    this.#chunks = this.#chunks.slice(used)
    this.#waiting -= done
    return taken
  }
}
