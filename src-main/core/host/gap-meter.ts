/**
 * The longest time without an answer while requests were waiting. Gaps of the last minute are kept in coarse time slices,
 * because the news of a takeover may arrive when its gap is already over.
 */
const SLICE_MS = 10
/** A gap that begins later than this after the news of a takeover has another cause. */
export const OUTAGE_SETTLES_MS = 1000
const SLICES = 6000

export class GapMeter {
  #waiting = 0
  /** Since when there has been no answer. Meaningful only while a request waits. */
  #silentSinceMs = 0
  #longestMs = 0
  /** Gaps that begin until then belong to the takeover; undefined where there was none. */
  #outageUntilMs: number | undefined
  #outageMs = 0
  readonly #slices = new Float64Array(SLICES)
  readonly #sliceNumbers = new Float64Array(SLICES)

  /** Forgets the longest gap but not the waiting requests, at the start of a workload. */
  restart(nowMs: number): void {
    this.#longestMs = 0
    this.#silentSinceMs = nowMs
  }

  requested(nowMs: number): void {
    if (this.#waiting++ === 0) this.#silentSinceMs = nowMs
  }

  answered(nowMs: number): void {
    this.#waiting--
    this.#note(nowMs)
    this.#silentSinceMs = nowMs
  }

  /** A request stopped waiting without an answer. The silence goes on while others wait. */
  abandoned(nowMs: number): void {
    this.#waiting--
    this.#note(nowMs)
  }

  takeoverStarted(startedAtMs: number, nowMs: number): void {
    this.#outageUntilMs = nowMs + OUTAGE_SETTLES_MS
    this.#outageMs = 0
    const last = Math.floor(nowMs / SLICE_MS)
    for (let slice = Math.max(0, Math.floor(startedAtMs / SLICE_MS), last - SLICES + 1); slice <= last; slice++) {
      if (this.#sliceNumbers[slice % SLICES] === slice) this.#outageMs = Math.max(this.#outageMs, this.#slices[slice % SLICES]!)
    }
  }

  longestGapMs(nowMs: number): number {
    return Math.max(this.#longestMs, this.#currentMs(nowMs))
  }

  /** Of the gaps around the last takeover, also one that lasts still; 0 where there was no takeover. */
  lastOutageMs(nowMs: number): number {
    return this.#belongsToTakeover() ? Math.max(this.#outageMs, this.#currentMs(nowMs)) : this.#outageMs
  }

  #currentMs(nowMs: number): number {
    return this.#waiting > 0 ? nowMs - this.#silentSinceMs : 0
  }

  /** The gap that began at the last answer. */
  #belongsToTakeover(): boolean {
    return this.#outageUntilMs !== undefined && this.#silentSinceMs <= this.#outageUntilMs
  }

  #note(nowMs: number): void {
    const gapMs = nowMs - this.#silentSinceMs
    this.#longestMs = Math.max(this.#longestMs, gapMs)
    if (this.#belongsToTakeover()) this.#outageMs = Math.max(this.#outageMs, gapMs)
    const slice = Math.floor(nowMs / SLICE_MS)
    const index = slice % SLICES
    this.#slices[index] = this.#sliceNumbers[index] === slice ? Math.max(this.#slices[index]!, gapMs) : gapMs
    this.#sliceNumbers[index] = slice
  }
}
