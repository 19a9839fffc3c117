import { assert } from '../../../base/assert'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ControllerPhase } from '../../../contract/interconnect'
import type { TraceData, TraceId, TraceKind } from '../../../contract/trace'
import type { TracePort } from '../../ports'
import type { EventLog } from './event-log'
import type { PeerSession } from './peer-session'
import type { Signal } from './signal'

/** This controller's status in the pair, for the parts that depend on it. */
export interface Standing {
  readonly phase: ControllerPhase
  /** Why it is in this phase, for people. */
  readonly reason: string | undefined
  readonly isServing: boolean
  /** It has stopped serving for good. */
  readonly isStopped: boolean
  /** The presence line says that the peer's worker is running. */
  readonly peerIsPresent: boolean
  readonly peerIsMember: boolean
  /** The peer can be asked and serves what it owns. */
  readonly mayForward: boolean
  readonly bothServe: boolean
  /** Whose addresses are open here, in the order a, b. */
  readonly portals: readonly ControllerId[]
  /** The controller that answers at these addresses: their own, or the survivor that adopted them. */
  serverOf(portal: ControllerId): ControllerId | undefined
}

export interface StandingParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  readonly session: PeerSession
  readonly changed: Signal
}

/** The only place that keeps the status. Membership and its helpers write it; portals write which addresses are open. */
export class PairStanding implements Standing {
  readonly #parts: StandingParts
  readonly #openPortals = new Set<ControllerId>()
  #phase: ControllerPhase = 'booting'
  #reason: string | undefined
  #cause: TraceId | undefined
  #isStopped = false
  presence: 'unknown' | 'present' | 'gone' = 'unknown'
  peerIsMember = false

  constructor(parts: StandingParts) {
    this.#parts = parts
  }

  get phase(): ControllerPhase {
    return this.#phase
  }

  get reason(): string | undefined {
    return this.#reason
  }

  get isServing(): boolean {
    return this.#phase === 'serving'
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  get peerIsPresent(): boolean {
    return this.presence === 'present'
  }

  get mayForward(): boolean {
    return this.peerIsMember && this.#parts.session.isEstablished && this.#phase !== 'taking-over' && !this.#isStopped
  }

  get bothServe(): boolean {
    return this.isServing && this.mayForward && this.#parts.session.description?.phase === 'serving'
  }

  get portals(): readonly ControllerId[] {
    return CONTROLLER_IDS.filter((of) => this.#openPortals.has(of))
  }

  serverOf(portal: ControllerId): ControllerId | undefined {
    if (this.#openPortals.has(portal)) return this.#parts.self
    return portal !== this.#parts.self && this.peerIsMember ? portal : undefined
  }

  /** The trace event that led to the current status. */
  get cause(): TraceId | undefined {
    return this.#cause
  }

  get peerName(): string {
    return peerOf(this.#parts.self).toUpperCase()
  }

  set(phase: ControllerPhase, reason: string | undefined): void {
    if (this.#phase === phase && this.#reason === reason) return
    assert(!this.#isStopped || phase === 'waiting', () => `a controller that has stopped is ${phase}`)
    this.#phase = phase
    this.#reason = reason
    // The peer may be waiting for this.
    this.#parts.session.announce()
    this.#parts.changed.tell()
  }

  wait(reason: string): void {
    if (this.#phase === 'waiting' && this.#reason === reason) return
    this.set('waiting', reason)
    this.record('controller.waiting', { reason })
    this.#parts.log.add('warning', `Controller ${this.#parts.self.toUpperCase()} waits: ${reason}.`)
  }

  stop(reason: string): void {
    this.#isStopped = true
    this.wait(reason)
  }

  setPortal(of: ControllerId, isOpen: boolean): void {
    if (isOpen) this.#openPortals.add(of)
    else this.#openPortals.delete(of)
  }

  /** Makes this event the cause of those that follow. */
  recordCause(kind: TraceKind, data?: TraceData): void {
    this.#cause = this.record(kind, data)
  }

  record(kind: TraceKind, data?: TraceData): TraceId {
    return this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind, cause: this.#cause, data })
  }
}
