import { SIMULATION_BOUNDS, type LaneSpan } from '../contract/simulation'
import { clipped, longest, merged, without, type TimeSpan } from './time-spans'

/** A wait that is not longer is as usual, on any machine. A takeover takes longer. */
export const LEAST_WAIT_MS = 10
/** A LUN that lets its host wait for so long does not answer, however slow the machine is. */
const UNANSWERED_MS = 200
/** Usual in a run are nine in ten of its waits, and what is not a few times as long. */
const USUAL_SHARE = 0.9
const USUAL_FACTOR = 3
/** Of fewer nothing can be said. */
const FEW_WAITS = 50
/** If a LUN gets no command for longer, nobody knows whether it would have answered. */
const QUIET_MS = 1000

/**
 * When a LUN answered. It does not while commands wait and none is answered well, as the host's own outage meter counts it: from the
 * first command that waits, or from the last good answer if that was later, until the next good answer, or until nobody waits. Waits
 * that are usual in the run do not count.
 */
export class LunAvailability {
  #waiting = 0
  #startedAtMs = 0
  #answeredAtMs = Number.NEGATIVE_INFINITY
  readonly #waits: TimeSpan[] = []
  /** Times in which commands came. */
  readonly #asked: { readonly fromMs: number; toMs: number }[] = []
  /** As a host measured them, by when they began. */
  readonly #measured = new Map<number, number>()

  requested(atMs: number): void {
    this.#ask(atMs)
    if (this.#waiting++ === 0) this.#startedAtMs = Math.max(atMs, this.#answeredAtMs)
  }

  /** `isFollowed`: the command had been noted as requested. */
  answered(atMs: number, isFollowed: boolean): void {
    this.#ask(atMs)
    if (isFollowed) this.#waiting--
    if (isFollowed || this.#waiting > 0) this.#end(atMs)
    this.#startedAtMs = atMs
    this.#answeredAtMs = atMs
  }

  abandoned(atMs: number): void {
    if (--this.#waiting === 0) this.#end(atMs)
  }

  /** A host that counts its commands itself has measured an outage. It sees also those that were not traced. */
  measured(startedAtMs: number, durationMs: number): void {
    if (durationMs < LEAST_WAIT_MS) return
    this.#measured.set(startedAtMs, Math.max(durationMs, this.#measured.get(startedAtMs) ?? 0))
  }

  spans(run: TimeSpan): { readonly leastMs: number; readonly spans: readonly LaneSpan[] } {
    const openWait = this.#waiting > 0 ? [{ fromMs: this.#startedAtMs, toMs: run.toMs }] : []
    const measured = [...this.#measured].map(([fromMs, durationMs]) => ({ fromMs, toMs: fromMs + durationMs }))
    const leastMs = this.#leastMs()
    const waits = [...this.#waits, ...openWait, ...measured].filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs)
    const unanswered = longest(clipped(merged(waits), run), { max: SIMULATION_BOUNDS.maxSpans / 2, leastMs: 0 })
    const answered = without(clipped(merged([...this.#asked, ...unanswered.spans], QUIET_MS), run), unanswered.spans)
    return {
      leastMs: Math.max(leastMs, unanswered.leastMs),
      spans: [
        ...unanswered.spans.map((span): LaneSpan => ({ ...span, state: 'unanswered' })),
        ...answered.slice(0, SIMULATION_BOUNDS.maxSpans / 2).map((span): LaneSpan => ({ ...span, state: 'answered' })),
      ].toSorted((one, other) => one.fromMs - other.fromMs),
    }
  }

  #ask(atMs: number): void {
    const last = this.#asked.at(-1)
    if (last !== undefined && (this.#waiting > 0 || atMs - last.toMs <= QUIET_MS)) last.toMs = Math.max(last.toMs, atMs)
    else this.#asked.push({ fromMs: atMs, toMs: atMs })
  }

  #end(atMs: number): void {
    if (atMs > this.#startedAtMs) this.#waits.push({ fromMs: this.#startedAtMs, toMs: atMs })
  }

  /** From which length on a wait is more than usual. */
  #leastMs(): number {
    const lengths = this.#waits.map(({ fromMs, toMs }) => toMs - fromMs).sort((one, other) => one - other)
    const usualMs = lengths[Math.floor(lengths.length * USUAL_SHARE)] ?? 0
    return lengths.length < FEW_WAITS ? LEAST_WAIT_MS : Math.min(UNANSWERED_MS, Math.max(LEAST_WAIT_MS, USUAL_FACTOR * usualMs))
  }
}
