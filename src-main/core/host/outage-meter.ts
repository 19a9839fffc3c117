import { LongestOutages, type MeasuredOutage } from './longest-outages'
import { TakeoverOutage, type TakeoverSpan } from './takeover-outage'

/**
 * The outages of one LUN. An outage is a time in which commands of the workload waited, for whatever cause, and none was
 * answered well. It begins when the first of them was issued, or with the last good answer if that was later, and ends with the
 * next good answer, or when nobody waits any more. A command waits from its arrival until its end: in the queue, while it is
 * held for want of a path, and while it is tried again on another one. An answer that is not good ends nothing.
 * There is no length from which a wait is an outage: without a fault the longest is what is usual.
 */
export class OutageMeter {
  #waiting = 0
  /** Meaningful only while a command waits. */
  #startedAtMs = 0
  #answeredAtMs = Number.NEGATIVE_INFINITY
  readonly #over = new LongestOutages()
  readonly #ofTakeover = new TakeoverOutage()

  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  requested(issuedAtMs: number): void {
    if (this.#waiting++ === 0) this.#startedAtMs = Math.max(issuedAtMs, this.#answeredAtMs)
  }

  answered(nowMs: number): void {
    this.#waiting--
    this.#end(nowMs)
    this.#startedAtMs = nowMs
    this.#answeredAtMs = nowMs
  }

  /** A command has ended without a good answer. The outage goes on while others wait. */
  abandoned(nowMs: number): void {
    if (--this.#waiting === 0) this.#end(nowMs)
  }

  /** A takeover is over. The outages around it are measured apart, because another one may be longer. */
  takeoverOver(takeover: TakeoverSpan, nowMs: number): void {
    const known = this.#over.longestSince(takeover.startedAtMs)
    this.#ofTakeover.begin(takeover, nowMs, known && { ...known, isOver: true })
  }

  /** What waits after that does so for another cause than the last takeover. */
  faultStruck(atMs: number, nowMs: number): void {
    this.#ofTakeover.faultStruck(atMs, this.#current(nowMs))
  }

  /** How long nobody has had an answer; 0 while nobody waits. */
  unansweredMs(nowMs: number): number {
    return this.#waiting > 0 ? nowMs - this.#startedAtMs : 0
  }

  /** Of those that ended since then, or go on. */
  longestSince(sinceMs: number, nowMs: number): MeasuredOutage | undefined {
    const known = this.#over.longestSince(sinceMs)
    return longer(known && { ...known, isOver: true }, this.#current(nowMs))
  }

  /** The longest around the last takeover. */
  ofTakeover(nowMs: number): MeasuredOutage | undefined {
    return this.#ofTakeover.longest(this.#current(nowMs))
  }

  #current(nowMs: number): MeasuredOutage | undefined {
    return this.#waiting > 0 ? { startedAtMs: this.#startedAtMs, endedAtMs: nowMs, isOver: false } : undefined
  }

  #end(nowMs: number): void {
    this.#over.note(this.#startedAtMs, nowMs)
    this.#ofTakeover.note({ startedAtMs: this.#startedAtMs, endedAtMs: nowMs, isOver: true })
  }
}

/** The first of two that are as long. */
function longer(one: MeasuredOutage | undefined, other: MeasuredOutage | undefined): MeasuredOutage | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return lengthOf(other) > lengthOf(one) ? other : one
}

function lengthOf({ startedAtMs, endedAtMs }: MeasuredOutage): number {
  return endedAtMs - startedAtMs
}
