import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import type { TraceEvent } from '../../contract/trace'
import type { ControllerTimings } from '../../core/controller/peer/timings'
import type { Violations } from './checker'

const FENCE_CHECKER = 'fences'

/** A word needs less than this from one controller to the other, also when the interconnect is slow. */
const LATEST_WORD_MS = 60

/** A fence of the life before may still hit the next one: by then the notice of the end and the start was not heard. */
const LATEST_NOTICE_MS = 60

/** What a controller knows of the other one, as the world sees it. */
export interface Hearing {
  /** The other one hears nothing and the world cannot be blamed: undefined as long as something is in the way. */
  healthySinceMs: number | undefined
  /** The longest that nothing was in the way since a word came. */
  longestHealthyMs: number
  heardAtMs: number
}

/**
 * Nobody is fenced for nothing. A controller that asks for the other's reset line has heard nothing from it for as long as
 * the hysteresis says, and the silence has a cause that lasted: the other one was down, hung, slow or had stopped, or the
 * interconnect was cut. Where nothing was in the way for two heartbeats, a word should have come. One that has not said a word
 * since it was started may be slow to start: it is given more time.
 */
export class FenceCheck {
  readonly #violations: Violations
  readonly #timings: ControllerTimings
  readonly #nowMs: () => number
  /** Nothing hinders this controller from being heard at the other one. */
  readonly #isHealthy: (controller: ControllerId) => boolean
  readonly #isAlive: (controller: ControllerId) => boolean
  /** By who listens. */
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

  /** A message of the other one came to `listener`. */
  heard(listener: ControllerId): void {
    this.#hearings[listener] = this.#fresh()
  }

  /** To be called every few milliseconds. */
  sample(): void {
    for (const id of CONTROLLER_IDS) this.#healthySinceMs[id] = this.#isHealthy(id) ? (this.#healthySinceMs[id] ?? this.#nowMs()) : undefined
    for (const listener of CONTROLLER_IDS) {
      const hearing = this.#hearings[listener]
      // One that hangs itself finds the other's words behind its own beats, and may fence before it comes to them.
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
    // A word that comes between the decision and the grant comes too late.
    if (kind !== 'midplane.reset-requested') return
    const fenced: ControllerId = data?.['controller'] === 'a' ? 'a' : 'b'
    if (this.#isAlive(fenced)) this.#judge(fenced)
  }

  #judge(fenced: ControllerId): void {
    this.sample()
    const { heartbeatMs, fenceAfterBeats, startWithinBeats } = this.#timings
    const { heardAtMs, longestHealthyMs } = this.#hearings[peerOf(fenced)]
    const silenceMs = this.#nowMs() - heardAtMs
    const startedForMs = this.#nowMs() - this.#startedAtMs[fenced]
    // One that has just come to itself again has the notices still before it.
    const awakeForMs = this.#nowMs() - (this.#healthySinceMs[peerOf(fenced)] ?? this.#nowMs())
    const isUnmet = silenceMs > startedForMs && Math.min(startedForMs, awakeForMs) > LATEST_NOTICE_MS
    const who = `controller ${fenced.toUpperCase()} was fenced`
    if (silenceMs < (fenceAfterBeats - 1) * heartbeatMs) this.#report(`${who} after only ${silenceMs.toFixed(1)} ms without a word from it`, fenced)
    else if (longestHealthyMs > 2 * heartbeatMs + LATEST_WORD_MS) this.#report(`${who} although it could be heard for ${longestHealthyMs.toFixed(1)} ms of the silence`, fenced)
    else if (isUnmet && startedForMs < (startWithinBeats - 1) * heartbeatMs) this.#report(`${who} only ${startedForMs.toFixed(1)} ms after its start`, fenced)
  }

  #fresh(): Hearing {
    return { healthySinceMs: undefined, longestHealthyMs: 0, heardAtMs: this.#nowMs() }
  }

  #report(sentence: string, fenced: ControllerId): void {
    this.#violations.add(FENCE_CHECKER, sentence, `controller-${fenced}`)
  }
}
