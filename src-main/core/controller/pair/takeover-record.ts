import { LIMITS } from '../../../contract/limits'
import type { ControllerId } from '../../../contract/controller-id'
import type { ControllerReport, TakeoverPhase, TakeoverReason } from '../../../contract/snapshot'
import type { TraceData, TraceId, TraceKind } from '../../../contract/trace'
import type { ClockPort, TracePort } from '../../ports'

export type ReportedTakeover = ControllerReport['takeovers'][number]

const PHASE_KINDS: Readonly<Record<TakeoverPhase, TraceKind>> = {
  detect: 'takeover.detected',
  fence: 'takeover.fenced',
  claim: 'takeover.claimed',
  replay: 'takeover.replayed',
  adopt: 'takeover.adopted',
  serve: 'takeover.serving',
}

export interface TakeoverRecorderParts {
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly survivor: ControllerId
  readonly dead: ControllerId
  readonly reason: TakeoverReason
  readonly startedAtMs: number
  readonly cause: TraceId | undefined
}

/** Records one takeover. The end of each phase becomes a trace event, and the cause of the next one. */
export class TakeoverRecorder {
  readonly reason: TakeoverReason
  readonly #parts: TakeoverRecorderParts
  readonly #phases: ReportedTakeover['phases'][number][] = []
  #volumes: readonly number[] = []
  #cause: TraceId | undefined
  #givenBackAtMs: number | undefined

  constructor(parts: TakeoverRecorderParts) {
    this.#parts = parts
    this.#cause = parts.cause
    this.reason = parts.reason
  }

  get dead(): ControllerId {
    return this.#parts.dead
  }

  /** The event of the newest phase. */
  get cause(): TraceId | undefined {
    return this.#cause
  }

  get isComplete(): boolean {
    return this.#phases.at(-1)?.phase === 'serve'
  }

  get totalMs(): number {
    return (this.#phases.at(-1)?.endedAtMs ?? this.#parts.startedAtMs) - this.#parts.startedAtMs
  }

  ended(phase: TakeoverPhase, data: TraceData = {}): void {
    const endedAtMs = this.#parts.clock.nowMs()
    const startedAtMs = this.#phases.at(-1)?.endedAtMs ?? this.#parts.startedAtMs
    const { records } = data
    this.#phases.push({ phase, endedAtMs, durationMs: endedAtMs - startedAtMs, ...(typeof records === 'number' ? { records } : {}) })
    this.#cause = this.#parts.trace.record({
      place: `controller-${this.#parts.survivor}`,
      kind: PHASE_KINDS[phase],
      cause: this.#cause,
      data: { dead: this.#parts.dead, durationMs: endedAtMs - startedAtMs, ...data },
    })
  }

  adopted(volumes: readonly number[]): void {
    this.#volumes = volumes
  }

  givenBack(): void {
    this.#givenBackAtMs ??= this.#parts.clock.nowMs()
  }

  get isGivenBack(): boolean {
    return this.#givenBackAtMs !== undefined
  }

  report(): ReportedTakeover {
    const record = {
      survivor: this.#parts.survivor,
      dead: this.#parts.dead,
      reason: this.reason,
      startedAtMs: this.#parts.startedAtMs,
      phases: [...this.#phases],
      totalMs: this.totalMs,
      volumes: this.#volumes,
    }
    return this.#givenBackAtMs === undefined ? record : { ...record, givenBackAtMs: this.#givenBackAtMs }
  }
}

/** The takeovers of this incarnation, the newest last; the oldest are forgotten. */
export class TakeoverHistory {
  readonly #records: TakeoverRecorder[] = []

  add(record: TakeoverRecorder): void {
    this.#records.push(record)
    if (this.#records.length > LIMITS.takeoverRecords) this.#records.shift()
  }

  get newest(): TakeoverRecorder | undefined {
    return this.#records.at(-1)
  }

  report(): readonly ReportedTakeover[] {
    return this.#records.map((record) => record.report())
  }
}
