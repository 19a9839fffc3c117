import type { Result } from '../../base/result'
import type { ArrayState, MovedBy } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { ControllerPhase } from '../../contract/interconnect'
import type { ServiceError } from '../../contract/service-request'
import type { ControllerCounters } from '../../contract/snapshot'
import type { TraceId } from '../../contract/trace'
import type { EventLogEntry } from '../controller/peer/event-log'
import type { ReportedTakeover } from '../controller/pair/takeover-record'

export interface PeerView {
  /** The presence line: its worker runs. */
  readonly isPresent: boolean
  readonly isMember: boolean
  /** As it said last; undefined where nothing is heard from it. */
  readonly phase: ControllerPhase | undefined
  readonly silenceMs: number | undefined
}

export interface DriveView {
  readonly index: number
  readonly state: 'online' | 'failed'
}

/** What a service request can see and do. */
export interface ServiceContext {
  readonly self: ControllerId
  /** Undefined before this controller has joined or claimed. */
  readonly state: ArrayState | undefined
  readonly phase: ControllerPhase
  /** Why it waits. */
  readonly reason: string | undefined
  readonly peer: PeerView
  readonly portals: readonly ControllerId[]
  readonly counters: ControllerCounters
  readonly drives: readonly DriveView[]
  readonly targetName: string
  readonly nowMs: number
  events(count: number): readonly EventLogEntry[]
  takeovers(): readonly ReportedTakeover[]

  /** Why a volume cannot safely be given to that controller now. */
  vetoOf(move: { readonly volumeId: number; readonly to: ControllerId }): string | undefined
  moveVolumes(move: { readonly volumeIds: readonly number[]; readonly to: ControllerId; readonly by?: MovedBy | undefined; readonly cause: TraceId | undefined }, done: (outcome: Result<undefined, ServiceError>) => void): void
  /** The peer closes its addresses, is halted, and is taken over from; its volumes were moved before. */
  haltPeer(cause: TraceId | undefined, done: (outcome: Result<undefined, ServiceError>) => void): void
  requestRestart(controller: ControllerId, reason: string): void
  /** Unless it runs already. */
  startPeer(reason: string): void
  /** When the peer joins, these volumes go back to it, whatever `automaticGiveback` says. */
  giveBackWhenJoined(volumeIds: readonly number[]): void
}
