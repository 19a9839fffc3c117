import { present } from '../../base/assert'
import type { Prng } from '../../base/prng'
import type { ArrayState } from '../../contract/array-state'
import { CONTROLLER_IDS, peerOf, portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { PeerMessage } from '../../contract/interconnect'
import type { ServiceAnswer } from '../../contract/service-request'
import type { ControllerReport, NvramReport, ServiceTable } from '../../contract/snapshot'
import { IscsiTarget } from '../iscsi/session/target'
import { Dispatch } from '../management/dispatch'
import { Operations } from '../management/operations'
import { serviceTable } from '../management/requests'
import { Server } from '../management/server'
import { ServiceTransfer, type TransferEvents } from '../management/service-transfer'
import type { ConnectionHandler, ConnectionPort, ControllerPorts } from '../ports'
import { WriteCache } from '../nvram/write-cache'
import { createGroupIo } from '../raid/group-io'
import { commandName } from '../scsi/opcode-table'
import { createScsiTarget, type ControllerScsiTarget } from '../scsi/target'
import { AccessNotifier } from '../controller/volumes/access-notifier'
import { ArrayStore } from '../controller/state/array-store'
import { failedDrivesOf } from '../controller/state/array-changes'
import { Committer } from '../controller/state/committer'
import { ControllerContext } from './controller-context'
import { newSerial } from './new-serial'
import { hearPeer, type PeerListeners } from './peer-words'
import { tracePolicy, traceServiceOwner, traceVolumeOwners } from './state-trace'
import { noteDiscards } from '../controller/state/discarded-writes'
import { DriveFailures } from '../controller/drives/drive-failures'
import { DriveRebuild } from '../controller/drives/drive-rebuild'
import { createPeer, type Peer } from '../controller/peer/peer'
import { Giveback } from '../controller/pair/giveback'
import { Membership } from '../controller/pair/membership'
import { criticalOperation } from '../controller/state/operation-changes'
import { OwnershipByLoad } from '../controller/volumes/ownership-by-load'
import { NvramHolds } from '../controller/volumes/nvram-holds'
import { PlannedHalt } from '../controller/pair/planned-halt'
import { Portals } from '../controller/pair/portals'
import { noteReturnedDrives } from '../controller/drives/returned-drives'
import { SERVICE_SLOT, StateDrives } from '../controller/state/state-drives'
import { TakeoverHistory } from '../controller/pair/takeover-record'
import type { ControllerTimings } from '../controller/peer/timings'
import { VolumeMover, type MoveVeto } from '../controller/volumes/volume-mover'
import { VolumeVerifier } from '../controller/drives/volume-verifier'
import { VolumeService } from '../controller/volumes/volume-service'

export interface ControllerOptions {
  readonly id: ControllerId
  /** From 1 on; grows with every start of this controller. */
  readonly incarnation: number
  readonly random: Prng
  readonly targetName: string
  /** Where each controller's iSCSI portal is: "127.0.0.1:3260". */
  readonly portalAddresses: Readonly<Record<ControllerId, string>>
  /** Where each controller's service requests are sent: "http://127.0.0.1:8001". */
  readonly managementAddresses: Readonly<Record<ControllerId, string>>
  readonly timings: ControllerTimings
}

const PRODUCT_REVISION = '0001'

/** One controller of the pair: its parts, and which event goes to which of them. */
export class Controller {
  readonly #id: ControllerId
  readonly #ports: ControllerPorts
  readonly #peer: Peer
  readonly #store = new ArrayStore()
  readonly #history = new TakeoverHistory()
  readonly #committer: Committer
  readonly #portals: Portals
  readonly #volumes: VolumeService
  readonly #cache: WriteCache
  readonly #holds: NvramHolds
  readonly #verifier: VolumeVerifier
  readonly #rebuild: DriveRebuild
  readonly #membership: Membership
  readonly #mover: VolumeMover
  readonly #giveback: Giveback
  readonly #operations: Operations
  readonly #halt: PlannedHalt
  readonly #scsi: ControllerScsiTarget
  readonly #iscsi: IscsiTarget
  readonly #access: AccessNotifier
  readonly #context: ControllerContext
  readonly #transfer: ServiceTransfer
  readonly #dispatch: Dispatch
  readonly #listeners: PeerListeners

  constructor(ports: ControllerPorts, options: ControllerOptions) {
    const { id, incarnation, timings, targetName } = options
    const { clock, trace, midplane } = ports
    this.#id = id
    this.#ports = ports
    const peer = (this.#peer = createPeer({ self: id, incarnation, ports, clock, trace, midplane, timings }))
    const { log, session, standing } = peer
    const drives = new StateDrives(ports.drives)
    const store = this.#store
    noteReturnedDrives({ store, drives, ports: ports.drives })
    const holds = (this.#holds = new NvramHolds({ self: id, store: this.#store, committer: () => this.#committer, cache: () => this.#cache, replayed: (volumeIds) => standing.peerIsMember && this.#giveback.replayed(volumeIds) }))
    const cache = (this.#cache = new WriteCache({
      self: id,
      clock,
      turn: ports.turn,
      trace,
      nvram: ports.nvram,
      surroundings: {
        place: (volumeId) => this.#volumes.volume(volumeId)?.place,
        ownershipLost: (volumeId) => this.#volumes.volume(volumeId)?.loseClaim(),
        mayKeepUnmirrored: (volumeId) => holds.mayKeepUnmirrored(volumeId),
        holdsChanged: () => {
          holds.review()
          this.#giveback.reconsider()
        },
        send: (words) => session.isEstablished && session.send(words),
      },
    }))
    const base = { self: id, incarnation, store, session, standing, trace }
    const committer = (this.#committer = new Committer({ ...base, clock, retryMs: timings.portalRetryMs, drives, raiseClaim: (epoch) => midplane.raiseClaim({ slot: SERVICE_SLOT, epoch }), claimLost: () => this.#claimLost() }))
    const portals = (this.#portals = new Portals({ self: id, port: ports.portals, clock, trace, log, retryMs: timings.portalRetryMs, standing, changed: peer.changed, quiesce: (of, done) => this.#iscsi.quiesce(of, done) }))
    const volumes = (this.#volumes = new VolumeService({
      ...base,
      clock,
      midplane,
      log,
      cache,
      holdMs: timings.holdMs,
      createGroup: (state, groupId) =>
        createGroupIo({
          group: present(state.configuration.groups.find((group) => group.id === groupId), `group ${groupId}`),
          drives: ports.drives,
          failedDrives: failedDrivesOf(state, groupId),
          suspect: (drive) => failures.suspect({ groupId, drive }),
        }),
    }))
    const failures = new DriveFailures({
      ...base,
      clock,
      log,
      committer,
      groups: { all: () => volumes.groups(), recordFailed: (state) => volumes.recordFailed(state) },
      retryMs: timings.portalRetryMs,
    })
    const background = { ...base, clock, log, committer, volumes, isServing: () => standing.isServing }
    this.#verifier = new VolumeVerifier(background)
    this.#rebuild = new DriveRebuild(background)
    const takeover = { self: id, clock, midplane, trace, log, store, drives, committer, volumes, portals, history: this.#history, cache, standing, retryMs: timings.portalRetryMs }
    this.#membership = new Membership({ incarnation, takeover, session, events: this.#membershipEvents() })
    this.#mover = new VolumeMover({ ...base, volumes, committer, midplane })
    this.#mover.addVeto(() => (session.isSuspected ? `nothing was heard from controller ${peerOf(id).toUpperCase()} just now` : undefined))
    this.#mover.addVeto(() => (cache.isMirrorInStep ? undefined : 'the mirror of the NVRAM log is not in step yet'))
    this.#mover.addVeto(({ volumeId }) => criticalOperation(store.state, volumeId))
    noteDiscards({ ...base, log })
    this.#giveback = new Giveback({ self: id, clock, store, mover: this.#mover, trace, log, history: this.#history, standing })
    new OwnershipByLoad({ self: id, clock, store, volumes, mover: this.#mover, trace, log, timings: timings.load, standing })
    this.#operations = new Operations({ self: id, incarnation, clock, store, committer, standing, startPeer: (reason) => this.#context.startPeer(reason) })
    this.#scsi = createScsiTarget({ directory: volumes, identity: { targetName, revision: PRODUCT_REVISION } })
    this.#access = new AccessNotifier(volumes, this.#scsi)
    this.#iscsi = new IscsiTarget({
      targetName,
      alias: 'Takeover Lab',
      controller: id,
      portalAddresses: () => CONTROLLER_IDS.map((of) => ({ address: options.portalAddresses[of], group: portalGroupOf(of) })),
      scsi: this.#scsi,
      clock,
      trace,
      commandName,
    })
    this.#halt = new PlannedHalt({ ...base, clock, midplane, portals, iscsi: this.#iscsi, membership: this.#membership, graceMs: timings.answerBeforeDownMs })
    this.#context = new ControllerContext({
      self: id, clock, midplane, log, store, session, standing, volumes, mover: this.#mover,
      giveback: this.#giveback, halt: this.#halt, history: this.#history, drives: ports.drives, targetName, nvram: () => cache.report(), dispatchCounters: () => this.#dispatch.counters,
    })
    const isPresent = (controller: ControllerId): boolean => controller === id || standing.peerIsPresent
    const changes = { self: id, isPresent, newSerial: (): string => newSerial(options.random), claimEpoch: (slot: number): number => midplane.claimEpoch(slot) }
    const server = new Server({ context: this.#context, changes, committer, operations: this.#operations, clock, answerBeforeDownMs: timings.answerBeforeDownMs })
    const transferEvents: TransferEvents = { ended: (outcome, cause) => this.#dispatch.transferEnded(outcome, cause) }
    const transfer = (this.#transfer = new ServiceTransfer({ ...base, clock, committer, midplane, timings, events: transferEvents }))
    this.#dispatch = new Dispatch({ ...base, clock, server, transfer, managementAddresses: options.managementAddresses, waitMs: timings.holdMs })
    this.#listeners = { membership: this.#membership, committer, cache, volumes, dispatch: this.#dispatch, transfer, mover: this.#mover, halt: this.#halt }
    session.heardBy(this.#membership, (words) => hearPeer(words, this.#listeners))
    peer.changed.heardBy(
      () => midplane.noteStateChanged(store.state),
      () => this.#access.look(),
      () => this.#dispatch.settle(),
      () => this.#operations.lookSoon(),
      () => this.#verifier.look(),
      () => this.#rebuild.look(),
    )
    this.#listenToState()
  }

  start(): void {
    this.#membership.start()
  }

  /** The presence line. `gone`: that incarnation of the peer has exited; nothing of it can land any more. 0: it never started. */
  peerPresence(presence: 'present' | 'gone', incarnation: number): void {
    this.#membership.setPresence(presence, incarnation)
  }

  /** What the link itself knows, to tell a cut from a hang. */
  peerLink(state: 'up' | 'down'): void {
    this.#membership.setLink(state)
  }

  peerMessage(message: PeerMessage): void {
    this.#peer.session.receive(message)
  }

  accept(connection: ConnectionPort, portal: ControllerId): ConnectionHandler {
    return this.#iscsi.accept(connection, portal)
  }

  submitService(request: unknown, via: ControllerId, respond: (answer: ServiceAnswer) => void): void {
    this.#dispatch.submit(request, via, respond)
  }

  serviceTable(): ServiceTable {
    return serviceTable()
  }

  get phase(): ControllerReport['phase'] {
    return this.#peer.standing.phase
  }

  /** What it knows to be committed; undefined before it has found out. */
  get state(): ArrayState | undefined {
    return this.#context.state
  }

  nvram(): NvramReport {
    return this.#cache.report()
  }

  report(): ControllerReport {
    return this.#context.report(this.#iscsi.sessions())
  }

  /** A reason not to give volumes back or to move them by load, as long as it holds. */
  addMoveVeto(veto: MoveVeto): void {
    this.#mover.addVeto(veto)
  }

  /** The volumes as SCSI sees them: for a simulated host that speaks no iSCSI. */
  get directory(): VolumeService {
    return this.#volumes
  }

  /** Takes no more, ends what is under way, and closes its addresses. Not to be started again. */
  stop(done: () => void): void {
    this.#ports.trace.record({ place: `controller-${this.#id}`, kind: 'controller.stopping' })
    this.#iscsi.closeAll()
    const closed = (): void => this.#portals.closeFor(this.#id, () => this.#portals.closeFor(peerOf(this.#id), () => this.#flush(done)))
    this.#cache.cleanAll(() => {
      this.#membership.stop('it was told to stop')
      this.#committer.pause(() => this.#volumes.whenIdle(closed))
    })
  }

  #flush(done: () => void): void {
    let left = this.#ports.drives.length
    for (const drive of this.#ports.drives) {
      drive.flush({}, () => {
        left--
        if (left === 0) done()
      })
    }
    if (left === 0) done()
  }

  #listenToState(): void {
    const { trace } = this.#ports
    const change = { self: this.#id, trace }
    this.#store.onInstalled((state, previous) => {
      this.#cache.installed(state)
      this.#volumes.install(state)
      traceServiceOwner(change, state, previous)
      tracePolicy(change, state, previous)
      this.#holds.review()
      traceVolumeOwners(change, state, previous)
      this.#peer.changed.tell()
    })
  }

  #membershipEvents(): ConstructorParameters<typeof Membership>[0]['events'] {
    return {
      peerLost: () => {
        // Before whatever waits for the peer hears of it, and may begin something anew.
        this.#giveback.peerLost()
        this.#operations.peerLost()
        this.#cache.peerLost()
        this.#committer.peerLost()
        this.#volumes.peerLost()
        this.#mover.peerLost()
        this.#halt.peerLost()
        this.#transfer.peerLost()
        this.#dispatch.peerLost()
        if (this.#peer.standing.isStopped) this.#stopServing()
      },
      takenOver: () => this.#halt.takenOver(),
      peerJoined: (cause) => {
        this.#operations.peerJoined()
        this.#giveback.peerJoined(cause)
      },
      changed: () => this.#peer.changed.tell(),
      standDown: (done) => this.#halt.standDown(done),
    }
  }

  #claimLost(): void {
    this.#membership.stop('the other controller has claimed the array')
    this.#ports.midplane.requestRestart(this.#id, 'its claim is older than the other controller\'s')
  }

  #stopServing(): void {
    this.#committer.stop()
    this.#cache.stop()
    this.#volumes.settle()
    this.#portals.closeFor(this.#id, () => undefined)
    this.#portals.closeFor(peerOf(this.#id), () => undefined)
  }
}
