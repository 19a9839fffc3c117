import type { ControllerId } from './controller-id'
import type { DriveOutcome, FlightKind } from './flight'
import type { Place } from './trace'

/** A flight record, as the window lists it. */
export interface FlightRow {
  readonly atMs: number
  /** Whose flight recorder has it. */
  readonly controller: ControllerId
  readonly kind: FlightKind
  /** One of the kind. */
  readonly action: string
  readonly from: Place
  readonly to: Place
  /** In the words of the protocol; empty where the action says all. */
  readonly name: string
  readonly byteCount: number
  /** CRC-32C of the payload. */
  readonly hash?: number
  readonly taskTag?: number
  readonly block?: number
  readonly blockCount?: number
  readonly outcome?: DriveOutcome
  readonly durationMs?: number
  readonly slot?: number
  readonly epoch?: number
}

/** What the flight recorders have around a moment. */
export interface FlightExcerpt {
  readonly atMs: number
  /** In order of time. */
  readonly rows: readonly FlightRow[]
  /** There are more, of the kinds that were asked for. */
  readonly isMoreBefore: boolean
  readonly isMoreAfter: boolean
  /** Of the whole run: records that there are, and those that came too fast to be kept. */
  readonly records: number
  readonly missing: number
}
