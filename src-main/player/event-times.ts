import { assert } from '../base/assert'

/** The time of every event of a run, in order; event 0 is the beginning. */
export class EventTimes {
  #times = new Float64Array(2 ** 14)
  #count = 1

  constructor(startMs = 0) {
    this.#times[0] = startMs
  }

  /** The beginning is not later than that. */
  beginBy(atMs: number): void {
    this.#times[0] = Math.min(this.at(0), atMs)
  }

  /** The newest event. */
  get last(): number {
    return this.#count - 1
  }

  add(atMs: number): void {
    if (this.#count === this.#times.length) {
      const longer = new Float64Array(2 * this.#count)
      longer.set(this.#times)
      this.#times = longer
    }
    this.#times[this.#count++] = atMs
  }

  at(event: number): number {
    assert(event >= 0 && event < this.#count, `event ${event} of ${this.last}`)
    return this.#times[event] ?? 0
  }

  /** The last event that has happened at that time. */
  lastUntil(atMs: number): number {
    let low = 0
    let high = this.#count
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#times[middle] ?? 0) <= atMs) low = middle
      else high = middle
    }
    return low
  }
}
