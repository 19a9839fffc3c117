/** A hash over all that is mixed in, in order: the same on every machine. */
export class RunningHash {
  #low = 0x811c9dc5
  #high = 0x1000193

  /** 16 hex digits. */
  get value(): string {
    return (this.#high >>> 0).toString(16).padStart(8, '0') + (this.#low >>> 0).toString(16).padStart(8, '0')
  }

  mix(text: string): void {
    let low = this.#low
    let high = this.#high
    for (let i = 0; i < text.length; i++) {
      low = Math.imul(low ^ text.charCodeAt(i), 0x01000193)
      high = Math.imul(high ^ (low >>> 15) ^ text.charCodeAt(i), 0x85ebca6b)
    }
    this.#low = low
    this.#high = high
  }

  /** An integer from 0 to 2^53. */
  mixNumber(value: number): void {
    const low = Math.imul(this.#low ^ (value >>> 0), 0x01000193)
    this.#low = low
    this.#high = Math.imul(this.#high ^ (low >>> 15) ^ Math.floor(value / 0x1_0000_0000), 0x85ebca6b)
  }
}
