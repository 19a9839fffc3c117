import type { Language } from '../contract/language'
import type { SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { FlightBook } from '../player/flight-book'

/** What is known of a run before its events are gone through. */
export interface ExportedRun {
  readonly outline: SimulationOutline
  /** What makes the export. */
  readonly version: string
  /** In milliseconds since 1970. */
  readonly madeAtMs: number
  /** For people. */
  readonly language: Language
  /** Of a person. */
  readonly notes: string
  /** What the flight recorders have of it. */
  readonly flight: FlightBook | undefined
  /** What the player shows. */
  readonly shown: { readonly atMs: number; readonly snapshot: LabSnapshot | undefined }
}

/** Writes a run in one format. Where it writes to, it was told when it was made. */
export interface RunWriter {
  /** Each event, in order. `atMs`: never less than before. */
  take(event: TraceEvent, atMs: number): void
  /** After the last one. `last`: how everything stands then. */
  end(last: LabSnapshot | undefined): void
  /**
   * Of a writer that has more to write than the events, which it writes a piece at a time: true once all is written up to the newest
   * event, or to the end. One without it writes at once.
   */
  goOn?(goesOn: () => boolean): boolean
}
