import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ControllerPhase } from '../../../contract/interconnect'
import type { TraceId, TraceKind } from '../../../contract/trace'
import type { TracePort } from '../../ports'
import type { EventLog } from './event-log'

/** What a controller does at the moment, why, and the event of its own that led there. */
export class Standing {
  readonly #parts: StandingParts
  #phase: ControllerPhase = 'booting'
  #reason: string | undefined
  #cause: TraceId | undefined

  constructor(parts: StandingParts) {
    this.#parts = parts
  }

  get phase(): ControllerPhase {
    return this.#phase
  }

  /** Why it waits, for people. */
  get reason(): string | undefined {
    return this.#reason
  }

  get cause(): TraceId | undefined {
    return this.#cause
  }

  get peerName(): string {
    return peerOf(this.#parts.self).toUpperCase()
  }

  set(phase: ControllerPhase, reason: string | undefined): void {
    if (this.#phase === phase && this.#reason === reason) return
    this.#phase = phase
    this.#reason = reason
    this.#parts.changed()
  }

  wait(reason: string): void {
    if (this.#phase === 'waiting' && this.#reason === reason) return
    this.set('waiting', reason)
    this.record('controller.waiting', { reason })
    this.#parts.log.add('warning', `Controller ${this.#parts.self.toUpperCase()} waits: ${reason}.`)
  }

  /** What comes after it comes of it. */
  recordCause(kind: TraceKind, data?: TraceData): void {
    this.#cause = this.record(kind, data)
  }

  record(kind: TraceKind, data?: TraceData): TraceId {
    return this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind, cause: this.#cause, data })
  }
}

type TraceData = { readonly [key: string]: string | number } | undefined

interface StandingParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  /** Phase or reason. */
  changed(): void
}
