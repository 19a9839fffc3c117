import { present } from '../base/assert'
import type { RunAlignment, RunComparison, RunSource, SimulationMoment, SimulationOutline } from '../contract/simulation'
import { DivergenceSearch } from './divergence'
import type { GoesOn, PlayableRun, TracedRun } from './playable-run'

/** The run in the player, which is known, and another one beside it, of which a first pass is made. */
export class Comparison {
  readonly #here: PlayableRun
  readonly there: PlayableRun
  #search: DivergenceSearch | undefined
  #aligned: RunAlignment | undefined
  /** By a person. */
  #isAligned = false

  constructor(here: PlayableRun, there: PlayableRun) {
    this.#here = here
    this.there = there
  }

  /** True once there is nothing more to do. */
  go(goesOn: GoesOn): boolean {
    if (this.#search?.found !== undefined) return true
    if (!this.there.survey(goesOn)) return false
    this.#search ??= this.#searchFrom(this.#usualAlignment())
    if (!this.#search.go(goesOn)) return false
    if (this.#basis === 'every-event' && !this.#isAligned) this.#alignAtParting()
    return true
  }

  get isDone(): boolean {
    return this.#search?.found !== undefined
  }

  get state(): RunComparison {
    const divergence = this.#search?.found
    return {
      run: this.there.source,
      scanned: this.there.surveyed,
      basis: this.#basis,
      ...(this.#aligned === undefined || divergence === undefined ? {} : { aligned: this.#aligned, divergence }),
    }
  }

  /** Looks for the divergence anew from these events. The error is a sentence. */
  align(events: { readonly here: number; readonly there: number }): string | undefined {
    const [here, there] = [this.#here.outline?.end.event ?? 0, this.there.outline?.end.event ?? 0]
    if (events.here > here) return `The run ends with event ${here}.`
    if (events.there > there) return `The other run ends with event ${there}.`
    const aligned = { here: momentOf(this.#here, events.here), there: momentOf(this.there, events.there) }
    this.#isAligned = true
    if (this.#basis === 'every-event') this.#aligned = aligned
    else this.#search = this.#searchFrom(aligned)
    return undefined
  }

  /** The same seen from the other run. */
  swapped(): Comparison {
    const swapped = new Comparison(this.there, this.#here)
    swapped.#isAligned = this.#isAligned
    if (this.#aligned !== undefined) swapped.#search = swapped.#searchFrom({ here: this.#aligned.there, there: this.#aligned.here })
    return swapped
  }

  /** Worlds of one seed are the same up to where a fork parts from the other, so every event counts. */
  get #basis(): RunComparison['basis'] {
    const [one, other] = [this.#here.source, this.there.source]
    return isSameWorld(one, other) ? 'every-event' : 'story'
  }

  #searchFrom(aligned: RunAlignment): DivergenceSearch {
    this.#aligned = aligned
    return new DivergenceSearch({ here: tracedOf(this.#here), there: tracedOf(this.there) }, { basis: this.#basis, aligned })
  }

  /** Of two runs of different worlds: at the first fault of each. */
  #usualAlignment(): RunAlignment {
    if (this.#basis === 'every-event') return { here: momentOf(this.#here, 0), there: momentOf(this.there, 0) }
    return { here: firstFault(outlineOf(this.#here)), there: firstFault(outlineOf(this.there)) }
  }

  /** In both at the same moment, which is that of the first event that only one of them has. One of them may have ended before it. */
  #alignAtParting(): void {
    const found = present(this.#search?.found, 'what was found')
    if (found.kind === 'none') return
    const moments = [found.here, found.there].flatMap((moment) => moment ?? [])
    const first = moments.toSorted((one, other) => one.event - other.event || one.atMs - other.atMs)[0]
    if (first === undefined) return
    const { event, atMs } = first
    const lastOf = (run: PlayableRun): number => outlineOf(run).end.event
    this.#aligned = {
      here: { event: Math.min(event, lastOf(this.#here)), atMs },
      there: { event: Math.min(event, lastOf(this.there)), atMs },
    }
  }
}

function isSameWorld(one: RunSource, other: RunSource): boolean {
  if (one.kind === 'exercise' && other.kind === 'exercise') return one.id === other.id && one.seed === other.seed
  return one.kind === 'seed' && other.kind === 'seed' && one.seed === other.seed && one.operations === other.operations
}

function outlineOf(run: PlayableRun): SimulationOutline {
  return present(run.outline, 'a surveyed run')
}

/** That hits something; else the first takeover; else the beginning. */
function firstFault({ faults, takeovers, start }: SimulationOutline): SimulationMoment {
  const { event, atMs } = faults.find(({ hits }) => hits.length > 0) ?? takeovers[0] ?? start
  return { event, atMs }
}

function momentOf(run: PlayableRun, event: number): SimulationMoment {
  return { event, atMs: run.times.at(event) }
}

function tracedOf(run: PlayableRun): TracedRun {
  return present(run.traced?.(), 'a run that keeps its events')
}
