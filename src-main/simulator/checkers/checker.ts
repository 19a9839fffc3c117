import type { Place } from '../../contract/trace'
import type { VirtualClock } from '../virtual-clock'

export interface Violation {
  readonly checker: string
  readonly atMs: number
  /** Events of the virtual clock that had been begun. */
  readonly event: number
  readonly sentence: string
  /** Where in the picture. Undefined if it belongs to no place in particular. */
  readonly place?: Place
}

/** Where checkers report. One violation makes the whole world wrong, so later ones are not sorted by cause. */
export class Violations {
  readonly #found: Violation[] = []
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get found(): readonly Violation[] {
    return this.#found
  }

  /** An assertion of the core, or of the simulator, did not hold. */
  addError(error: unknown): void {
    this.add('assertions', error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }

  add(checker: string, sentence: string, place?: Place): void {
    this.#found.push({
      checker,
      atMs: this.#clock.nowMs(),
      event: this.#clock.eventsRun,
      sentence,
      ...(place === undefined ? {} : { place }),
    })
  }
}
