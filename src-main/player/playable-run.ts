import type { RunSource, SimulationMoment, SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent, TraceId } from '../contract/trace'
import type { FlightBook } from './flight-book'
import type { EventTimes } from './event-times'
import type { RunReader } from './run-reader'

/** Whether there is time for more. Long work is done in pieces. */
export type GoesOn = () => boolean

/** Trace events that have not been shown yet. `restart`: they replace everything shown before. */
export interface UnshownEvents {
  readonly restart: boolean
  readonly events: readonly TraceEvent[]
}

/** All trace events of a run, in order. */
export interface TracedRun {
  readonly events: readonly TraceEvent[]
  /** Of the one with that place in the list. */
  momentOf(index: number): SimulationMoment
}

/** What a player can play: a seed of the simulator, or a recording. */
export interface PlayableRun {
  readonly source: RunSource
  /** Continues the first pass; true when it is done. */
  survey(goesOn: GoesOn): boolean
  /** How far the first pass is. */
  readonly surveyed: { readonly done: number; readonly of: number }
  /** Undefined until the first pass is done. */
  readonly outline: SimulationOutline | undefined
  /** When each event happens; known after the first pass. */
  readonly times: EventTimes
  /** The event that is shown: the newest that has happened. */
  readonly event: number
  /** `atMs`: the time that is shown, from that of the shown event up to that of the next. */
  snapshot(atMs: number): LabSnapshot | undefined
  /** Continues toward an event; true once that event is shown. */
  goTo(event: number, goesOn: GoesOn): boolean
  /** For idle time. True once there is nothing to prepare. */
  prepare(goesOn: GoesOn): boolean
  /** Each trace event once. If there are too many, the oldest are left out. */
  takeUnshown(): UnshownEvents
  /** What was shown before is void, for another run was shown meanwhile. */
  showAgain(): void
  /** Once the first pass is done. */
  reader(): RunReader
  /** Of the request of an event of the trace, wherever they are in the run. Not of a run that does not keep its events. */
  requestEvents?(id: TraceId): readonly TraceEvent[]
  /** The event with which an event of the trace is shown; undefined: there is none. */
  eventOf?(id: TraceId): number | undefined
  /** What the flight recorders of its controllers have. Simulated ones have none. */
  readonly flight?: FlightBook
  /** Of a run that keeps its events, once the first pass is done. */
  traced?(): TracedRun
}
