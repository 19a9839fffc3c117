import { LIMITS } from '../../contract/limits'

/** On the clock of the trace. Of one that goes on, `endedAtMs` is now. */
export interface MeasuredOutage {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly isOver: boolean
}

/** Expected are few: the logarithm of how many there were. */
const ROOM = LIMITS.hostLongestOutages

/**
 * What is needed to tell the longest outage that ended after any moment: outages in their order, each longer than all that
 * follow. Takes memory once, because it is told of every answer.
 */
export class LongestOutages {
  readonly #starts = new Float64Array(ROOM)
  readonly #ends = new Float64Array(ROOM)
  #count = 0

  note(startedAtMs: number, endedAtMs: number): void {
    const ms = endedAtMs - startedAtMs
    while (this.#count > 0 && this.#lengthOf(this.#count - 1) <= ms) this.#count--
    // If there is no room, the shortest of all is given up.
    if (this.#count === ROOM) this.#count--
    this.#starts[this.#count] = startedAtMs
    this.#ends[this.#count] = endedAtMs
    this.#count++
  }

  longestSince(ms: number): { readonly startedAtMs: number; readonly endedAtMs: number } | undefined {
    for (let i = 0; i < this.#count; i++) {
      if (this.#ends[i]! >= ms) return { startedAtMs: this.#starts[i]!, endedAtMs: this.#ends[i]! }
    }
    return undefined
  }

  #lengthOf(index: number): number {
    return this.#ends[index]! - this.#starts[index]!
  }
}
