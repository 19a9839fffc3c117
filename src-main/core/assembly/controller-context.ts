import type { Result } from '../../base/result'
import type { ArrayState, MovedBy } from '../../contract/array-state'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { ControllerPhase } from '../../contract/interconnect'
import type { ServiceError } from '../../contract/service-request'
import type { ControllerCounters, ControllerReport, NvramReport } from '../../contract/snapshot'
import type { TraceId } from '../../contract/trace'
import type { SessionSummary } from '../iscsi/session/target'
import type { DriveView, PeerView, ServiceContext } from '../management/service-context'
import type { ClockPort, DrivePort, MidplanePort } from '../ports'
import type { ArrayStore } from '../controller/state/array-store'
import type { EventLog, EventLogEntry } from '../controller/peer/event-log'
import type { Giveback } from '../controller/pair/giveback'
import type { PeerSession } from '../controller/peer/peer-session'
import type { PlannedHalt } from '../controller/pair/planned-halt'
import type { Standing } from '../controller/peer/standing'
import type { ReportedTakeover, TakeoverHistory } from '../controller/pair/takeover-record'
import type { VolumeMover } from '../controller/volumes/volume-mover'
import type { VolumeService } from '../controller/volumes/volume-service'

export interface ControllerContextParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly midplane: MidplanePort
  readonly log: EventLog
  readonly store: ArrayStore
  readonly session: PeerSession
  readonly standing: Standing
  readonly volumes: VolumeService
  readonly mover: VolumeMover
  readonly giveback: Giveback
  readonly halt: PlannedHalt
  readonly history: TakeoverHistory
  readonly drives: readonly DrivePort[]
  readonly targetName: string
  readonly nvram: () => NvramReport
  readonly dispatchCounters: () => { readonly received: number; readonly served: number }
}

/** The controller as service requests and reports see it. */
export class ControllerContext implements ServiceContext {
  readonly self: ControllerId
  readonly targetName: string
  readonly #parts: ControllerContextParts

  constructor(parts: ControllerContextParts) {
    this.self = parts.self
    this.targetName = parts.targetName
    this.#parts = parts
  }

  get state(): ArrayState | undefined {
    return this.#parts.store.state
  }

  get phase(): ControllerPhase {
    return this.#parts.standing.phase
  }

  get reason(): string | undefined {
    return this.#parts.standing.reason
  }

  get nowMs(): number {
    return this.#parts.clock.nowMs()
  }

  get peer(): PeerView {
    const { standing, session } = this.#parts
    const silenceMs = session.isEstablished ? session.silenceMs() : undefined
    const phase = session.isEstablished && !session.isSuspected ? session.description?.phase : undefined
    return { isPresent: standing.peerIsPresent, isMember: standing.peerIsMember, phase, silenceMs }
  }

  get portals(): readonly ControllerId[] {
    return this.#parts.standing.portals
  }

  get counters(): ControllerCounters {
    const { reads, writes, readBytes, writtenBytes, forwarded, forwardedIn, refusedWrites } = this.#parts.volumes.counters
    const { received, served } = this.#parts.dispatchCounters()
    return { reads, writes, readBytes, writtenBytes, forwarded, forwardedIn, refusedWrites, serviceReceived: received, serviceServed: served }
  }

  get drives(): readonly DriveView[] {
    const failed = this.#parts.volumes.failedDrives()
    return this.#parts.drives.map(({ index }) => ({ index, state: failed.has(index) ? 'failed' : 'online' }))
  }

  events(count: number): readonly EventLogEntry[] {
    return this.#parts.log.newest(count)
  }

  takeovers(): readonly ReportedTakeover[] {
    return this.#parts.history.report()
  }

  vetoOf(move: { readonly volumeId: number; readonly to: ControllerId }): string | undefined {
    return this.#parts.mover.vetoOf(move)
  }

  moveVolumes(
    move: { readonly volumeIds: readonly number[]; readonly to: ControllerId; readonly by?: MovedBy | undefined; readonly cause: TraceId | undefined },
    done: (outcome: Result<undefined, ServiceError>) => void,
  ): void {
    this.#parts.mover.moveAll(move, done)
  }

  haltPeer(cause: TraceId | undefined, done: (outcome: Result<undefined, ServiceError>) => void): void {
    this.#parts.halt.haltPeer(cause, done)
  }

  requestRestart(controller: ControllerId, reason: string): void {
    const { log, midplane, self } = this.#parts
    log.add('warning', `Controller ${controller.toUpperCase()} is restarted: ${reason}.`)
    if (controller === peerOf(self) || controller === self) midplane.requestRestart(controller, reason)
  }

  startPeer(reason: string): void {
    if (!this.#parts.standing.peerIsPresent) this.requestRestart(peerOf(this.self), reason)
  }

  giveBackWhenJoined(volumeIds: readonly number[]): void {
    this.#parts.giveback.askFor(volumeIds)
  }

  report(sessions: readonly SessionSummary[]): ControllerReport {
    const { reason, state, peer } = this
    const initiators = sessions.filter(({ discovery }) => !discovery).map(({ initiatorName, portal, remote }) => ({ name: initiatorName, portal, remote }))
    return {
      id: this.self,
      phase: this.phase,
      ...(reason === undefined ? {} : { reason }),
      array: state,
      portals: this.portals,
      ...(peer.silenceMs === undefined ? {} : { peerSilenceMs: peer.silenceMs }),
      initiators,
      counters: this.counters,
      drives: this.drives.map(({ index, state: driveState }) => ({ index, state: driveState, reads: 0, writes: 0 })),
      takeovers: this.takeovers(),
      nvram: this.#parts.nvram(),
    }
  }
}
