import type { RunAlignment, RunComparison, RunDivergence, SimulationMoment, TracedMoment } from '../contract/simulation'
import { STORY_KINDS } from '../contract/story-kinds'
import type { TraceEvent, TraceKind } from '../contract/trace'
import type { GoesOn, TracedRun } from './playable-run'

/** Events between two checks of the time left. */
const EVENTS_A_LOOK = 64
/** Live threads are never alike: so much later, and by such a share of the time since the alignment, is still the same. */
const SAME_MS = 5
const SAME_SHARE = 0.25

const TOLD: ReadonlySet<TraceKind> = new Set(STORY_KINDS)

/** One run, gone through from event to event of those that count. */
class Course {
  readonly #run: TracedRun
  readonly #counts: (event: TraceEvent) => boolean
  readonly #alignedMs: number
  #index = 0

  constructor(run: TracedRun, { from, alignedMs, counts }: { from: number; alignedMs: number; counts: (event: TraceEvent) => boolean }) {
    this.#run = run
    this.#counts = counts
    this.#alignedMs = alignedMs
    this.#index = this.#next(from)
  }

  get event(): TraceEvent | undefined {
    return this.#run.events[this.#index]
  }

  get following(): TraceEvent | undefined {
    return this.#run.events[this.#next(this.#index + 1)]
  }

  get moment(): TracedMoment | undefined {
    return this.#momentOf(this.#index)
  }

  get followingMoment(): TracedMoment | undefined {
    return this.#momentOf(this.#next(this.#index + 1))
  }

  advance(): void {
    this.#index = this.#next(this.#index + 1)
  }

  #momentOf(index: number): TracedMoment | undefined {
    const traced = this.#run.events[index]
    if (traced === undefined) return undefined
    const moment = this.#run.momentOf(index)
    return { ...moment, traced, afterMs: moment.atMs - this.#alignedMs }
  }

  #next(from: number): number {
    const { events } = this.#run
    let index = from
    for (let event = events[index]; event !== undefined && !this.#counts(event); event = events[index]) index++
    return index
  }
}

/** Looks for the first event in which two runs differ, in pieces. */
export class DivergenceSearch {
  readonly #here: Course
  readonly #there: Course
  readonly #isExact: boolean
  #found: RunDivergence | undefined

  constructor(
    runs: { readonly here: TracedRun; readonly there: TracedRun },
    { basis, aligned }: { readonly basis: RunComparison['basis']; readonly aligned: RunAlignment },
  ) {
    this.#isExact = basis === 'every-event'
    this.#here = this.#courseOf(runs.here, aligned.here)
    this.#there = this.#courseOf(runs.there, aligned.there)
  }

  /** Once it was found, or found that there is none. */
  get found(): RunDivergence | undefined {
    return this.#found
  }

  /** True at the end. */
  go(goesOn: GoesOn): boolean {
    for (let events = 1; this.#found === undefined; events++) {
      this.#found = this.#look()
      if (this.#found === undefined && events % EVENTS_A_LOOK === 0 && !goesOn()) return false
    }
    return true
  }

  #courseOf(run: TracedRun, { event, atMs }: SimulationMoment): Course {
    if (this.#isExact) return new Course(run, { from: 0, alignedMs: atMs, counts: () => true })
    return new Course(run, { from: firstFrom(run, event), alignedMs: atMs, counts: ({ kind }) => TOLD.has(kind) })
  }

  #look(): RunDivergence | undefined {
    const { event: one, moment: here } = this.#here
    const { event: other, moment: there } = this.#there
    if (one === undefined && other === undefined) return { kind: 'none' }
    if (one === undefined || other === undefined || here === undefined || there === undefined) return difference(here, there)
    if (this.#isExact) return isSame(one, other) ? this.#advance() : difference(here, there)
    if (happensAlike(one, other)) return isAtSameTime(here, there) ? this.#advance() : { kind: 'time', here, there }
    if (!this.#arePermuted(one, other)) return difference(here, there)
    // The same as `one`, in the other run.
    const after = this.#there.followingMoment ?? there
    return isAtSameTime(here, after) ? this.#advance(2) : { kind: 'time', here, there: after }
  }

  #advance(events = 1): undefined {
    for (let count = 0; count < events; count++) {
      this.#here.advance()
      this.#there.advance()
    }
    return undefined
  }

  /** Two things that happen at once may be told in either order. */
  #arePermuted(one: TraceEvent, other: TraceEvent): boolean {
    const [next, after] = [this.#here.following, this.#there.following]
    if (next === undefined || after === undefined || next.timeMs - one.timeMs > SAME_MS || after.timeMs - other.timeMs > SAME_MS)
      return false
    return happensAlike(one, after) && happensAlike(next, other)
  }
}

function difference(here: TracedMoment | undefined, there: TracedMoment | undefined): RunDivergence {
  return { kind: 'event', ...(here === undefined ? {} : { here }), ...(there === undefined ? {} : { there }) }
}

function isSame(one: TraceEvent, other: TraceEvent): boolean {
  if (one.timeMs !== other.timeMs || one.request !== other.request || !happensAlike(one, other)) return false
  return JSON.stringify(one.data) === JSON.stringify(other.data)
}

function happensAlike(one: TraceEvent, other: TraceEvent): boolean {
  return one.kind === other.kind && one.place === other.place && one.to === other.to
}

function isAtSameTime({ afterMs: one }: TracedMoment, { afterMs: other }: TracedMoment): boolean {
  return Math.abs(one - other) <= SAME_MS + SAME_SHARE * Math.min(Math.abs(one), Math.abs(other))
}

/** The first event of the trace that has not happened before an event of the run. */
function firstFrom(run: TracedRun, event: number): number {
  let low = 0
  let high = run.events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (run.momentOf(middle).event < event) low = middle + 1
    else high = middle
  }
  return low
}
