import { present } from '../../base/assert'
import type { Prng } from '../../base/prng'
import type { ArrayState } from '../../contract/array-state'
import { peerOf, portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { PeerMessage } from '../../contract/interconnect'
import type { ServiceAnswer } from '../../contract/service-request'
import type { ControllerReport, NvramReport, ServiceTable } from '../../contract/snapshot'
import { IscsiTarget } from '../iscsi/session/target'
import { Dispatch } from '../management/dispatch'
import { Operations, type OperationSurroundings } from '../management/operations'
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
import { EventLog } from '../controller/peer/event-log'
import { Giveback } from '../controller/pair/giveback'
import { Membership } from '../controller/pair/membership'
import { criticalOperation } from '../controller/state/operation-changes'
import { OwnershipByLoad } from '../controller/volumes/ownership-by-load'
import { NvramHolds } from '../controller/volumes/nvram-holds'
import { PeerSession } from '../controller/peer/peer-session'
import { PlannedHalt } from '../controller/pair/planned-halt'
import { Portals } from '../controller/pair/portals'
import { noteReturnedDrives } from '../controller/drives/returned-drives'
import { SERVICE_SLOT, StateDrives } from '../controller/state/state-drives'
import { TakeoverHistory } from '../controller/pair/takeover-record'
import type { ControllerTimings } from '../controller/peer/timings'
import { VolumeMover, type MoveVeto } from '../controller/volumes/volume-mover'
import { VolumeVerifier } from '../controller/drives/volume-verifier'
import { serverOfPortal, VolumeService } from '../controller/volumes/volume-service'

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
  readonly #log: EventLog
  readonly #store = new ArrayStore()
  readonly #history = new TakeoverHistory()
  readonly #session: PeerSession
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
    const log = (this.#log = new EventLog(clock))
    const peerIsMember = (): boolean => this.#membership.peerIsMember
    const session = (this.#session = new PeerSession({ clock, port: ports.peer, incarnation, timings, events: this.#sessionEvents() }))
    const drives = new StateDrives(ports.drives)
    const store = this.#store
    noteReturnedDrives({ store, drives, ports: ports.drives })
    const holds = (this.#holds = new NvramHolds({ self: id, store: this.#store, committer: () => this.#committer, cache: () => this.#cache, replayed: (volumeIds) => peerIsMember() && this.#giveback.replayed(volumeIds) }))
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
    const base = { self: id, incarnation, store, session, trace }
    const committer = (this.#committer = new Committer({ ...base, clock, retryMs: timings.portalRetryMs, drives, peerIsMember, raiseClaim: (epoch) => midplane.raiseClaim({ slot: SERVICE_SLOT, epoch }), claimLost: () => this.#claimLost() }))
    const portals = (this.#portals = new Portals({ self: id, port: ports.portals, clock, trace, log, retryMs: timings.portalRetryMs, quiesce: (of, done) => this.#iscsi.quiesce(of, done), changed: () => this.#changed() }))
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
      surroundings: {
        isStopped: () => this.#membership.isStopped,
        mayForward: () => this.#membership.mayForward,
        portalServer: (group) => serverOfPortal(group, id, portals.open, peerIsMember()),
        ownershipLost: (volumeId) => this.#ownershipLost(volumeId),
      },
    }))
    const failures = new DriveFailures({
      ...base,
      clock,
      log,
      committer,
      groups: { all: () => volumes.groups(), recordFailed: (state) => volumes.recordFailed(state) },
      retryMs: timings.portalRetryMs,
      isStopped: () => this.#membership.isStopped,
    })
    const background = { ...base, clock, log, committer, volumes, isServing: () => this.#membership.phase === 'serving' && !this.#membership.isStopped }
    this.#verifier = new VolumeVerifier(background)
    this.#rebuild = new DriveRebuild(background)
    const takeover = { self: id, clock, midplane, trace, log, store, drives, committer, volumes, portals, history: this.#history, cache, retryMs: timings.portalRetryMs, isStopped: () => this.#membership.isStopped }
    this.#membership = new Membership({ incarnation, takeover, session, events: this.#membershipEvents() })
    this.#mover = new VolumeMover({ ...base, volumes, committer, midplane, peerIsMember })
    this.#mover.addVeto(() => (session.isSuspected ? `nothing was heard from controller ${peerOf(id).toUpperCase()} just now` : undefined))
    this.#mover.addVeto(() => (cache.isMirrorInStep ? undefined : 'the mirror of the NVRAM log is not in step yet'))
    this.#mover.addVeto(({ volumeId }) => criticalOperation(store.state, volumeId))
    noteDiscards({ ...base, log, peerIsMember })
    this.#giveback = new Giveback({ self: id, clock, store, mover: this.#mover, trace, log, history: this.#history, peerIsMember })
    const bothServe = (): boolean => this.#membership.phase === 'serving' && this.#membership.mayForward && session.description?.phase === 'serving'
    new OwnershipByLoad({ self: id, clock, store, volumes, mover: this.#mover, trace, log, timings: timings.load, mayMove: bothServe })
    const operationSurroundings = (): OperationSurroundings => ({
      isServing: this.#membership.phase === 'serving',
      peerIsMember: peerIsMember(),
      peerIsPresent: this.#membership.peerIsPresent,
      startPeer: (reason) => this.#context.startPeer(reason),
    })
    this.#operations = new Operations({ self: id, incarnation, clock, store, committer, surroundings: operationSurroundings })
    this.#scsi = createScsiTarget({ directory: volumes, identity: { targetName, revision: PRODUCT_REVISION } })
    this.#access = new AccessNotifier(volumes, this.#scsi)
    this.#iscsi = new IscsiTarget({
      targetName,
      alias: 'Takeover Lab',
      controller: id,
      portalAddresses: () => (['a', 'b'] as const).map((of) => ({ address: options.portalAddresses[of], group: portalGroupOf(of) })),
      scsi: this.#scsi,
      clock,
      trace,
      commandName,
    })
    this.#halt = new PlannedHalt({ ...base, clock, midplane, portals, iscsi: this.#iscsi, membership: this.#membership, graceMs: timings.answerBeforeDownMs })
    this.#context = new ControllerContext({
      self: id, clock, midplane, log, store, session, portals, volumes, membership: this.#membership, mover: this.#mover,
      giveback: this.#giveback, halt: this.#halt, history: this.#history, drives: ports.drives, targetName, nvram: () => cache.report(), dispatchCounters: () => this.#dispatch.counters,
    })
    const isPresent = (controller: ControllerId): boolean => controller === id || this.#membership.peerIsPresent
    const changes = { self: id, isPresent, newSerial: (): string => newSerial(options.random), claimEpoch: (slot: number): number => midplane.claimEpoch(slot) }
    const server = new Server({ context: this.#context, changes, committer, operations: this.#operations, clock, answerBeforeDownMs: timings.answerBeforeDownMs })
    const transferEvents: TransferEvents = { ended: (outcome, cause) => this.#dispatch.transferEnded(outcome, cause) }
    const transfer = (this.#transfer = new ServiceTransfer({ ...base, clock, committer, midplane, timings, peerIsMember, events: transferEvents }))
    this.#dispatch = new Dispatch({ ...base, clock, server, transfer, surroundings: this.#dispatchSurroundings(options.managementAddresses), waitMs: timings.holdMs })
    this.#listeners = { membership: this.#membership, committer, cache, volumes, dispatch: this.#dispatch, transfer, mover: this.#mover, halt: this.#halt }
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
    this.#session.receive(message)
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
    return this.#membership.phase
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
    const { midplane, trace } = this.#ports
    const change = { self: this.#id, trace }
    this.#store.onInstalled((state, previous) => {
      this.#cache.installed(state)
      this.#volumes.install(state)
      traceServiceOwner(change, state, previous)
      tracePolicy(change, state, previous)
      this.#holds.review()
      traceVolumeOwners(change, state, previous)
      midplane.noteStateChanged(state)
      this.#changed()
    })
  }

  #sessionEvents(): ConstructorParameters<typeof PeerSession>[0]['events'] {
    return {
      describe: () => this.#membership.describe(),
      met: () => this.#membership.peerMet(),
      described: () => this.#membership.peerDescribed(),
      replaced: () => this.#membership.peerReplaced(),
      suspected: (silenceMs) => this.#membership.peerSuspected(silenceMs),
      recovered: (silenceMs) => this.#membership.peerRecovered(silenceMs),
      silent: () => this.#membership.peerSilent(),
      unmet: (waitedMs) => this.#membership.peerUnmet(waitedMs),
      message: (words) => hearPeer(words, this.#listeners),
    }
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
        if (this.#membership.isStopped) this.#stopServing()
      },
      takenOver: () => this.#halt.takenOver(),
      peerJoined: (cause) => {
        this.#operations.peerJoined()
        this.#giveback.peerJoined(cause)
      },
      changed: () => {
        this.#ports.midplane.noteStateChanged(this.#store.state)
        this.#changed()
      },
      standDown: (done) => this.#halt.standDown(done),
    }
  }

  #dispatchSurroundings(managementAddresses: Readonly<Record<ControllerId, string>>): ConstructorParameters<typeof Dispatch>[0]['surroundings'] {
    const store = this.#store
    return {
      get state() {
        return store.state
      },
      isSettled: () => this.#membership.phase === 'serving',
      mayForward: () => this.#membership.mayForward,
      managementAddresses,
    }
  }

  /** Whatever hosts or waiting requests may notice is another now. */
  #changed(): void {
    this.#access.look()
    this.#dispatch.settle()
    this.#operations.lookSoon()
    this.#verifier.look()
    this.#rebuild.look()
  }

  #claimLost(): void {
    this.#membership.stop('the other controller has claimed the array')
    this.#ports.midplane.requestRestart(this.#id, 'its claim is older than the other controller\'s')
  }

  #ownershipLost(volumeId: number): void {
    this.#ports.trace.record({ place: `controller-${this.#id}`, kind: 'drive.refused', data: { volumeId } })
    this.#volumes.counters.refusedWrites++
    this.#log.add('error', `The drives refused a write of volume ${volumeId}: a newer owner writes it. Controller ${this.#id.toUpperCase()} does not serve it any more.`)
  }

  #stopServing(): void {
    this.#committer.stop()
    this.#cache.stop()
    this.#volumes.settle()
    this.#portals.closeFor(this.#id, () => undefined)
    this.#portals.closeFor(peerOf(this.#id), () => undefined)
  }
}
