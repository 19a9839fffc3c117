import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { PeerMessage } from '../../contract/interconnect'
import type { SecurityNote } from '../../contract/security'
import type { ServiceAnswer } from '../../contract/service-request'
import type { ControllerEnd, ControllerReport, NvramReport, ServiceTable } from '../../contract/snapshot'
import { createDrives } from '../controller/drives/drives'
import { createPair } from '../controller/pair/pair'
import { createPeer, type ControllerParts } from '../controller/peer/peer'
import type { ControllerTimings } from '../controller/peer/timings'
import { createState } from '../controller/state/state'
import type { MoveVeto } from '../controller/volumes/volume-mover'
import type { VolumeService } from '../controller/volumes/volume-service'
import { createVolumes } from '../controller/volumes/volumes'
import { createManagement, type ManagementOptions } from '../management/management'
import { serviceTable } from '../management/requests'
import type { ConnectionHandler, ConnectionPort, ControllerPorts } from '../ports'
import { Rounds } from '../turns/rounds'
import type { AllParts } from './all-parts'
import { reportOf } from './controller-report'
import { connect } from './hearers'
import { createTarget, type TargetOptions } from './target'

export interface ControllerOptions extends TargetOptions, ManagementOptions {
  readonly id: ControllerId
  /** From 1 on; grows with every start of this controller. */
  readonly incarnation: number
  readonly timings: ControllerTimings
}

/** One controller of the pair. */
export class Controller {
  readonly #parts: AllParts

  constructor(ports: ControllerPorts, options: ControllerOptions) {
    this.#parts = assemble(ports, options)
  }

  start(): void {
    this.#parts.membership.start()
  }

  /**
   * The presence line. `gone`: that incarnation of the peer has exited and can no longer write. 0: it never started.
   * @param end how it ended; left out, nobody knows better than that it crashed
   */
  peerPresence(presence: 'present' | 'gone', incarnation: number, end?: ControllerEnd): void {
    this.#parts.membership.setPresence(presence, incarnation, end)
  }

  /** The state of the link itself, which distinguishes a cut from a hang. */
  peerLink(state: 'up' | 'down'): void {
    this.#parts.membership.setLink(state)
  }

  peerMessage(message: PeerMessage): void {
    this.#parts.session.receive(message)
  }

  accept(connection: ConnectionPort, portal: ControllerId): ConnectionHandler {
    return this.#parts.iscsi.accept(connection, portal)
  }

  submitService(request: unknown, via: ControllerId, respond: (answer: ServiceAnswer) => void): void {
    this.#parts.dispatch.submit(request, via, respond)
  }

  serviceTable(): ServiceTable {
    return serviceTable()
  }

  /** What the management address refused before it came here. */
  noteSecurity(note: SecurityNote): void {
    this.#parts.security.note(note)
  }

  get phase(): ControllerReport['phase'] {
    return this.#parts.standing.phase
  }

  /** The state that it knows to be committed; undefined until it knows one. */
  get state(): ArrayState | undefined {
    return this.#parts.store.state
  }

  nvram(): NvramReport {
    return this.#parts.cache.report()
  }

  report(): ControllerReport {
    return reportOf(this.#parts)
  }

  /** Adds a veto. While it gives a reason, volumes are neither given back nor moved by load. */
  addMoveVeto(veto: MoveVeto): void {
    this.#parts.mover.addVeto(veto)
  }

  /** The volumes as SCSI sees them: for a simulated host that speaks no iSCSI. */
  get directory(): VolumeService {
    return this.#parts.volumes
  }

  /** Stops taking requests, finishes those in progress, and closes its addresses. It cannot be started again. */
  stop(done: () => void): void {
    this.#parts.shutdown.begin(done)
  }
}

/** Room by room, each on top of those before it. */
function assemble(ports: ControllerPorts, options: ControllerOptions): AllParts {
  const { id, incarnation, timings } = options
  const { clock, trace, midplane } = ports
  const given: ControllerParts = {
    self: id,
    incarnation,
    ports,
    clock,
    trace,
    midplane,
    timings,
    rounds: new Rounds({ clock, turn: ports.turn }),
  }
  const withPeer = { ...given, ...createPeer(given) }
  const withState = { ...withPeer, ...createState(withPeer) }
  const withVolumes = { ...withState, ...createVolumes(withState) }
  const withDrives = { ...withVolumes, ...createDrives(withVolumes) }
  const withTarget = { ...withDrives, ...options, ...createTarget({ ...withVolumes, ...options }) }
  const withPair = { ...withTarget, ...createPair(withTarget) }
  const parts = { ...withPair, ...createManagement(withPair) }
  connect(parts)
  return parts
}
