import { LIMITS } from '../../contract/limits'
import type { MeasuredOutage } from './longest-outages'

/** An outage that begins later than this after the news of a takeover has another cause. */
export const OUTAGE_SETTLES_MS = 1000

/** A takeover that is over: when the controller failed or was last heard of, and when its peer served everything. */
export interface TakeoverSpan {
  readonly startedAtMs: number
  readonly servingAtMs: number
}

/**
 * The longest outage of one LUN around the last takeover, up to the next fault: what a later fault causes is no outage of the takeover,
 * even where the host had no answer yet when it struck. The news of a fault may be late, so shorter outages are remembered, too.
 */
export class TakeoverOutage {
  #takeover: TakeoverSpan | undefined
  /** Outages that begin until then belong to it. */
  #untilMs = Number.NEGATIVE_INFINITY
  /** Set once the next fault has struck: nothing counts that comes after it. */
  #faultAtMs: number | undefined
  /** Each longer than all before. */
  #over: readonly MeasuredOutage[] = []

  /** @param known the longest outage that has ended since it began */
  begin(takeover: TakeoverSpan, nowMs: number, known: MeasuredOutage | undefined): void {
    this.#takeover = takeover
    this.#untilMs = nowMs + OUTAGE_SETTLES_MS
    this.#faultAtMs = undefined
    this.#over = known === undefined ? [] : [known]
  }

  /** Has no effect where the fault was before the takeover was over: it may be what the takeover came from. */
  faultStruck(atMs: number, current: MeasuredOutage | undefined): void {
    if (this.#takeover === undefined || this.#faultAtMs !== undefined || atMs <= this.#takeover.servingAtMs) return
    const known = this.#over
    this.#faultAtMs = atMs
    this.#over = []
    for (const outage of current === undefined ? known : [...known, current]) this.note(outage)
  }

  /** An outage is over. */
  note(outage: MeasuredOutage): void {
    const counted = this.#counted(outage)
    if (counted === undefined || lengthOf(counted) <= lengthOf(this.#over.at(-1))) return
    this.#over = [...this.#over, counted].slice(-LIMITS.hostLongestOutages)
  }

  /** With the outage that goes on, if it belongs to the takeover. Undefined: there was no takeover, or no request waited. */
  longest(current: MeasuredOutage | undefined): MeasuredOutage | undefined {
    const known = this.#over.at(-1)
    const counted = current && this.#counted(current)
    return counted !== undefined && lengthOf(counted) > lengthOf(known) ? counted : known
  }

  /** What of it counts: up to the next fault, and not as over if there was no answer before that. */
  #counted(outage: MeasuredOutage): MeasuredOutage | undefined {
    const { startedAtMs, endedAtMs } = outage
    if (startedAtMs > this.#untilMs) return undefined
    const faultAtMs = this.#faultAtMs
    if (faultAtMs === undefined || endedAtMs <= faultAtMs) return outage
    return startedAtMs >= faultAtMs ? undefined : { startedAtMs, endedAtMs: faultAtMs, isOver: false }
  }
}

function lengthOf(outage: MeasuredOutage | undefined): number {
  return outage === undefined ? Number.NEGATIVE_INFINITY : outage.endedAtMs - outage.startedAtMs
}
