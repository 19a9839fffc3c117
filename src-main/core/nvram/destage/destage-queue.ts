import type { ClockPort } from '../../ports'
import type { LiveLog } from '../log/live-log'
import type { LiveRecord } from '../log/live-record'

/** How long acknowledged data stays in the log only, so that what is written again or beside it goes to the drives once. */
const DELAY_MS = 100
/** Above this part of the log, age does not count. */
const HIGH_FILL = 0.25
const TICK_MS = 1
/** Records that are gone are forgotten in so many at a time at least. */
const FORGOTTEN_AT_ONCE = 64

/** Dirty records that wait for their way to the drives: in the order of the log, except for those that are urgent. */
export class DestageQueue {
  readonly #clock: ClockPort
  readonly #live: LiveLog
  /** In the order of the log. Those before `#next` are done, under way or urgent. */
  #records: LiveRecord[] = []
  #next = 0
  readonly #urgent = new Set<LiveRecord>()

  constructor(clock: ClockPort, live: LiveLog) {
    this.#clock = clock
    this.#live = live
  }

  /** The log is so full that nothing waits for its age. */
  get isPressed(): boolean {
    return this.#live.fill > HIGH_FILL
  }

  push(record: LiveRecord): void {
    this.#records.push(record)
  }

  /** They do not wait for their turn. */
  hurry(records: Iterable<LiveRecord>): void {
    for (const record of records) this.#urgent.add(record)
  }

  /** It is done or under way, or is left alone for a while. */
  calm(record: LiveRecord): void {
    this.#urgent.delete(record)
  }

  urgent(): readonly LiveRecord[] {
    return [...this.#urgent]
  }

  /** What was logged by then may go now. `force`: whatever was. */
  dueMs(force: boolean): number {
    return this.#clock.nowMs() - (force || this.isPressed ? 0 : DELAY_MS)
  }

  /** The one whose turn it is, if it was logged by `dueMs` or is dirty no more. */
  takeDue(dueMs: number): LiveRecord | undefined {
    const record = this.#records[this.#next]
    if (record === undefined || (record.state === 'dirty' && record.appendedAtMs > dueMs)) return undefined
    this.#next++
    this.#forget()
    return record
  }

  /** Until the next one is due; undefined where there is none. */
  get delayMs(): number | undefined {
    const oldest = this.#records[this.#next]
    if (oldest === undefined) return undefined
    return this.isPressed ? TICK_MS : Math.max(TICK_MS, oldest.appendedAtMs + DELAY_MS - this.#clock.nowMs())
  }

  #forget(): void {
    if (this.#next < FORGOTTEN_AT_ONCE || this.#next * 2 <= this.#records.length) return
    this.#records = this.#records.slice(this.#next)
    this.#next = 0
  }
}
