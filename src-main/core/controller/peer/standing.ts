import { assert } from '../../../base/assert'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ControllerPhase } from '../../../contract/interconnect'
import type { TraceData, TraceId, TraceKind } from '../../../contract/trace'
import type { TracePort } from '../../ports'
import type { EventLog } from './event-log'
import type { PeerSession } from './peer-session'
import type { Signal } from './signal'

/** How this controller stands in the pair, for the parts that go by it. */
export interface Standing {
  readonly phase: ControllerPhase
  /** Why it waits, for people. */
  readonly reason: string | undefined
  readonly isServing: boolean
  /** It serves nothing any more, for good. */
  readonly isStopped: boolean
  /** The presence line: the worker of the peer runs. */
  readonly peerIsPresent: boolean
  readonly peerIsMember: boolean
  /** The peer can be asked and serves what it owns. */
  readonly mayForward: boolean
  readonly bothServe: boolean
  /** Whose addresses are open here, in the order a, b. */
  readonly portals: readonly ControllerId[]
  /** Who answers at a controller's addresses: that one itself, or the survivor that adopted them. */
  serverOf(portal: ControllerId): ControllerId | undefined
}

export interface StandingParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  readonly session: PeerSession
  readonly changed: Signal
}

/** The one owner of the pair's status. Membership and its helpers write it, and portals what they listen on. */
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

  /** The event of this controller that led to where it stands. */
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
    // The peer may wait for this.
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

  /** What comes after it comes of it. */
  recordCause(kind: TraceKind, data?: TraceData): void {
    this.#cause = this.record(kind, data)
  }

  record(kind: TraceKind, data?: TraceData): TraceId {
    return this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind, cause: this.#cause, data })
  }
}
