import { failure, ok, type Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import type { SimulationPush } from '../contract/simulation'
import { Comparison } from './comparison'
import type { GoesOn, PlayableRun } from './playable-run'

/** Real time between two words of how far it is. */
const PUSH_EVERY_MS = 100

const NONE: Result<never, LabError> = failure({ code: 'not-possible-now', message: 'No other run is compared yet.' })

/** The comparison of the run in the player with another one, if there is one, and what is told of it. */
export class Comparing {
  readonly #push: (push: SimulationPush) => void
  #comparison: Comparison | undefined
  #pushedAtMs = Number.NEGATIVE_INFINITY

  constructor(push: (push: SimulationPush) => void) {
    this.#push = push
  }

  begin(here: PlayableRun, there: PlayableRun): void {
    this.#set(new Comparison(here, there))
  }

  end(): void {
    if (this.#comparison !== undefined) this.#set(undefined)
  }

  /** True if there is more to do. */
  turn(realMs: number, goesOn: GoesOn): boolean {
    const comparison = this.#comparison
    if (comparison === undefined || comparison.isDone) return false
    if (comparison.go(goesOn)) this.#tell()
    else if (realMs - this.#pushedAtMs >= PUSH_EVERY_MS) {
      this.#pushedAtMs = realMs
      this.#pushState()
    }
    return !comparison.isDone
  }

  align(events: { readonly here: number; readonly there: number }): Result<null, LabError> {
    if (this.#comparison?.isDone !== true) return NONE
    const problem = this.#comparison.align(events)
    if (problem !== undefined) return failure({ code: 'bad-command', message: problem })
    if (this.#comparison.isDone) this.#tell()
    return ok(null)
  }

  /** The two runs change places. Gives the one that was beside the other, which must have such an event. */
  swap(event: number): Result<PlayableRun, LabError> {
    const comparison = this.#comparison
    if (comparison?.isDone !== true) return NONE
    const last = comparison.there.outline?.end.event ?? 0
    if (event > last) return failure({ code: 'bad-command', message: `The other run ends with event ${last}.`, field: 'event' })
    comparison.there.showAgain()
    this.#comparison = comparison.swapped()
    return ok(comparison.there)
  }

  #set(comparison: Comparison | undefined): void {
    this.#comparison = comparison
    this.#push({ type: 'compared' })
    this.#pushState()
  }

  #tell(): void {
    const outline = this.#comparison?.there.outline
    this.#push({ type: 'compared', ...(outline === undefined ? {} : { outline }) })
    this.#pushState()
  }

  #pushState(): void {
    const comparison = this.#comparison?.state
    this.#push({ type: 'comparison', ...(comparison === undefined ? {} : { comparison }) })
  }
}
