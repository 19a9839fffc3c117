import { INTENT_REGIONS } from '../raid/intent-map'

/** Regions of a volume that are in doubt: nobody knows whether their copies and parity agree with the data. */
export class DoubtfulRegions {
  readonly #marks = new Uint8Array(INTENT_REGIONS)
  #count = 0
  /** Settled, but still in doubt as long as the drives do not say so. */
  #settled: readonly number[] = []

  get isEmpty(): boolean {
    return this.#count === 0
  }

  has(region: number): boolean {
    return this.#marks[region] !== 0
  }

  between(first: number, last: number): number[] {
    const regions: number[] = []
    for (let region = first; region <= last; region++) if (this.has(region)) regions.push(region)
    return regions
  }

  learn(marks: Uint8Array): void {
    this.#marks.set(marks)
    this.#count = marks.reduce((sum, mark) => sum + mark, 0)
  }

  clear(): void {
    this.#marks.fill(0)
    this.#count = 0
    this.#settled = []
  }

  /** The next map says so. */
  noteSettled(regions: readonly number[]): void {
    this.#settled = regions
  }

  /** What a map says that is written now, and what to call when the drives have it. */
  forMap(): { readonly marks: Uint8Array; readonly written: () => void } {
    const settled = this.#settled
    return {
      marks: this.#marks.map((mark, region) => (settled.includes(region) ? 0 : mark)),
      written: () => {
        for (const region of settled) {
          this.#count -= this.#marks[region]!
          this.#marks[region] = 0
        }
      },
    }
  }
}
