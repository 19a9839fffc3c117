import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { EventTimes } from './event-times'

/** `atMs`: the time of the event, never less than that of the one before it. */
export type TakeEvent = (event: TraceEvent, atMs: number) => void

/** Goes through the trace events of a run once, from its beginning to its end, beside what is shown. */
export interface RunReader {
  /** Continues; each event once, in order. True at the end. */
  read(take: TakeEvent, goesOn: () => boolean): boolean
  /** How far it is, from 0 to 1. */
  readonly share: number
  /** How everything stands where it is. */
  readonly snapshot: LabSnapshot | undefined
}

/** Events between two checks of the time left. */
const EVENTS_A_LOOK = 64

export class RecordedReader implements RunReader {
  readonly #events: readonly TraceEvent[]
  readonly #times: EventTimes
  readonly #last: LabSnapshot | undefined
  #count = 0

  /** `last`: the last frame. */
  constructor(from: { readonly events: readonly TraceEvent[]; readonly times: EventTimes; readonly last: LabSnapshot | undefined }) {
    this.#events = from.events
    this.#times = from.times
    this.#last = from.last
  }

  read(take: TakeEvent, goesOn: () => boolean): boolean {
    for (let event = this.#events[this.#count]; event !== undefined; event = this.#events[this.#count]) {
      this.#count++
      take(event, this.#times.at(this.#count))
      if (this.#count % EVENTS_A_LOOK === 0 && !goesOn()) break
    }
    return this.#count === this.#events.length
  }

  get share(): number {
    return this.#events.length === 0 ? 1 : this.#count / this.#events.length
  }

  get snapshot(): LabSnapshot | undefined {
    return this.#last
  }
}
