import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import type { TraceEvent } from '../../contract/trace'
import type { ControllerTimings } from '../../core/controller/peer/timings'
import type { Violations } from './checker'

const FENCE_CHECKER = 'fences'

/** A message from one controller to the other takes less than this, even if the interconnect is slow. */
const LATEST_WORD_MS = 60

/** A fence meant for one incarnation may hit the next one, if the notices of the exit and the start have not been heard yet. */
const LATEST_NOTICE_MS = 60

/** What a controller knows of the other one, as the world sees it. */
export interface Hearing {
  /** Since when nothing has been in the way of a message. Undefined while something is. */
  healthySinceMs: number | undefined
  /** The longest time without an obstacle since the last message. */
  longestHealthyMs: number
  heardAtMs: number
  /** As it was then. It may change. */
  readonly heartbeatMs: number
}

/**
 * No controller is fenced without a reason. One that asks for the other's reset line must have heard nothing from it for the
 * time that the hysteresis demands. The silence must have a lasting cause: the other one was down, hung, slow, or stopped, or
 * the interconnect was cut. If nothing was in the way for two heartbeats, a message should have arrived. A controller that has
 * been silent since its start may be slow to start, and gets more time.
 */
export class FenceCheck {
  readonly #violations: Violations
  readonly #timings: ControllerTimings
  readonly #nowMs: () => number
  /** Nothing keeps the other controller from hearing this one. */
  readonly #isHealthy: (controller: ControllerId) => boolean
  readonly #isAlive: (controller: ControllerId) => boolean
  /** By listener. */
  readonly #hearings: Record<ControllerId, Hearing>
  readonly #startedAtMs: Record<ControllerId, number> = { a: 0, b: 0 }
  readonly #healthySinceMs: Record<ControllerId, number | undefined> = { a: undefined, b: undefined }

  constructor(parts: {
    readonly violations: Violations
    readonly timings: ControllerTimings
    readonly nowMs: () => number
    readonly isHealthy: (controller: ControllerId) => boolean
    readonly isAlive: (controller: ControllerId) => boolean
  }) {
    this.#violations = parts.violations
    this.#timings = parts.timings
    this.#nowMs = parts.nowMs
    this.#isHealthy = parts.isHealthy
    this.#isAlive = parts.isAlive
    this.#hearings = { a: this.#fresh(), b: this.#fresh() }
  }

  /** A message of the other controller reached `listener`. */
  heard(listener: ControllerId): void {
    this.#hearings[listener] = this.#fresh()
  }

  /** To be called every few milliseconds. */
  sample(): void {
    for (const id of CONTROLLER_IDS)
      this.#healthySinceMs[id] = this.#isHealthy(id) ? (this.#healthySinceMs[id] ?? this.#nowMs()) : undefined
    for (const listener of CONTROLLER_IDS) {
      const hearing = this.#hearings[listener]
      // A controller that itself hung processes its own beats before the other's messages, and may fence before it reads them.
      if (!this.#isHealthy(peerOf(listener)) || !this.#isHealthy(listener)) {
        hearing.healthySinceMs = undefined
        continue
      }
      hearing.healthySinceMs ??= this.#nowMs()
      hearing.longestHealthyMs = Math.max(hearing.longestHealthyMs, this.#nowMs() - hearing.healthySinceMs)
    }
  }

  look({ kind, place, data }: TraceEvent): void {
    if (kind === 'controller.started') this.heard(place === 'controller-a' ? 'a' : 'b')
    if (kind === 'midplane.controller-started') this.#startedAtMs[data?.['controller'] === 'a' ? 'a' : 'b'] = this.#nowMs()
    // A message between the decision and the grant comes too late.
    if (kind !== 'midplane.reset-requested') return
    const fenced: ControllerId = data?.['controller'] === 'a' ? 'a' : 'b'
    if (this.#isAlive(fenced)) this.#judge(fenced)
  }

  #judge(fenced: ControllerId): void {
    this.sample()
    const { fenceAfterBeats, startWithinBeats } = this.#timings
    const { heardAtMs, longestHealthyMs, heartbeatMs } = this.#hearings[peerOf(fenced)]
    const shortestBeatMs = Math.min(heartbeatMs, this.#timings.heartbeatMs)
    const longestBeatMs = Math.max(heartbeatMs, this.#timings.heartbeatMs)
    const silenceMs = this.#nowMs() - heardAtMs
    const startedForMs = this.#nowMs() - this.#startedAtMs[fenced]
    // A controller that has just recovered has not read the notices yet.
    const awakeForMs = this.#nowMs() - (this.#healthySinceMs[peerOf(fenced)] ?? this.#nowMs())
    const isUnmet = silenceMs > startedForMs && Math.min(startedForMs, awakeForMs) > LATEST_NOTICE_MS
    const who = `controller ${fenced.toUpperCase()} was fenced`
    if (silenceMs < (fenceAfterBeats - 1) * shortestBeatMs)
      this.#report(`${who} after only ${silenceMs.toFixed(1)} ms without a word from it`, fenced)
    else if (longestHealthyMs > 2 * longestBeatMs + LATEST_WORD_MS)
      this.#report(`${who} although it could be heard for ${longestHealthyMs.toFixed(1)} ms of the silence`, fenced)
    else if (isUnmet && startedForMs < (startWithinBeats - 1) * shortestBeatMs)
      this.#report(`${who} only ${startedForMs.toFixed(1)} ms after its start`, fenced)
  }

  #fresh(): Hearing {
    return { healthySinceMs: undefined, longestHealthyMs: 0, heardAtMs: this.#nowMs(), heartbeatMs: this.#timings.heartbeatMs }
  }

  #report(sentence: string, fenced: ControllerId): void {
    this.#violations.add(FENCE_CHECKER, sentence, `controller-${fenced}`)
  }
}
