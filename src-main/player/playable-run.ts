import type { RunSource, SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { EventTimes } from './event-times'

/** Whether there is time for more. Long work is done in pieces. */
export type GoesOn = () => boolean

/** Trace events that have not been shown yet. `restart`: they replace everything shown before. */
export interface UnshownEvents {
  readonly restart: boolean
  readonly events: readonly TraceEvent[]
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
}
