import { LongestOutages } from './longest-outages'

/** An outage that begins later than this after the news of a takeover has another cause. */
export const OUTAGE_SETTLES_MS = 1000

/** On the clock of the trace. Of one that goes on, `endedAtMs` is now. */
export interface MeasuredOutage {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly isOver: boolean
}

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
  /** Outages that begin until then belong to the takeover; undefined where there was none. */
  #takeoverUntilMs: number | undefined
  #ofTakeover: MeasuredOutage | undefined

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

  /** A takeover that began then is over. The outages around it are measured apart, because another one may be longer. */
  takeoverStarted(startedAtMs: number, nowMs: number): void {
    this.#takeoverUntilMs = nowMs + OUTAGE_SETTLES_MS
    const known = this.#over.longestSince(startedAtMs)
    this.#ofTakeover = known && { ...known, isOver: true }
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
    return this.#belongsToTakeover() ? longer(this.#ofTakeover, this.#current(nowMs)) : this.#ofTakeover
  }

  #current(nowMs: number): MeasuredOutage | undefined {
    return this.#waiting > 0 ? { startedAtMs: this.#startedAtMs, endedAtMs: nowMs, isOver: false } : undefined
  }

  #belongsToTakeover(): boolean {
    return this.#takeoverUntilMs !== undefined && this.#startedAtMs <= this.#takeoverUntilMs
  }

  #end(nowMs: number): void {
    this.#over.note(this.#startedAtMs, nowMs)
    if (this.#belongsToTakeover())
      this.#ofTakeover = longer(this.#ofTakeover, { startedAtMs: this.#startedAtMs, endedAtMs: nowMs, isOver: true })
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
