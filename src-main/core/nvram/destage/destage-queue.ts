import type { ClockPort } from '../../ports'
import type { LiveLog } from '../log/live-log'
import type { LiveRecord } from '../log/live-record'

/** How long acknowledged data waits in the log. What is overwritten by then, or has got neighbors, goes to the drives once. */
const DELAY_MS = 100
/** When more of the log than this is in use, age does not count. */
const HIGH_FILL = 0.25
const TICK_MS = 1
/** The list is shortened by at least this many records at a time. */
const FORGOTTEN_AT_ONCE = 64

/** Dirty records that wait to be destaged. They go in the order of the log, except for urgent ones. */
export class DestageQueue {
  readonly #clock: ClockPort
  readonly #live: LiveLog
  /** In the order of the log. The first `#next` have had their turn: they are done, under way or urgent. */
  #records: LiveRecord[] = []
  #next = 0
  readonly #urgent = new Set<LiveRecord>()

  constructor(clock: ClockPort, live: LiveLog) {
    this.#clock = clock
    this.#live = live
  }

  /** The log is so full that age does not count. */
  get isPressed(): boolean {
    return this.#live.fill > HIGH_FILL
  }

  push(record: LiveRecord): void {
    this.#records.push(record)
  }

  /** These do not wait for their turn. */
  hurry(records: Iterable<LiveRecord>): void {
    for (const record of records) this.#urgent.add(record)
  }

  /** The record is no longer urgent: it is done or under way, or a try has failed. */
  calm(record: LiveRecord): void {
    this.#urgent.delete(record)
  }

  urgent(): readonly LiveRecord[] {
    return [...this.#urgent]
  }

  /** Records that were logged by this time may go now. With `force`, all may. */
  dueMs(force: boolean): number {
    return this.#clock.nowMs() - (force || this.isPressed ? 0 : DELAY_MS)
  }

  /** Takes the record whose turn it is, if it was logged by `dueMs` or is no longer dirty. */
  takeDue(dueMs: number): LiveRecord | undefined {
    const record = this.#records[this.#next]
    if (record === undefined || (record.state === 'dirty' && record.appendedAtMs > dueMs)) return undefined
    this.#next++
    this.#forget()
    return record
  }

  /** The time until the next record is due. Undefined if none waits. */
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
