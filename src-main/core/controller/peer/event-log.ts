import { LIMITS } from '../../../contract/limits'
import type { ClockPort } from '../../ports'

export type EventSeverity = 'information' | 'warning' | 'error'

export interface EventLogEntry {
  readonly number: number
  readonly timeMs: number
  readonly severity: EventSeverity
  readonly text: string
}

/** What happened at this controller, in sentences for the operator. Bounded: the oldest entries go. */
export class EventLog {
  readonly #clock: ClockPort
  readonly #entries: EventLogEntry[] = []
  #lastNumber = 0

  constructor(clock: ClockPort) {
    this.#clock = clock
  }

  add(severity: EventSeverity, text: string): void {
    this.#entries.push({ number: ++this.#lastNumber, timeMs: this.#clock.nowMs(), severity, text })
    if (this.#entries.length > LIMITS.eventLogEntries) this.#entries.shift()
  }

  /** The newest `count` entries, the oldest of them first. */
  newest(count: number): readonly EventLogEntry[] {
    return this.#entries.slice(-count)
  }
}
