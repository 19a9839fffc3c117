import { present } from '../../../base/assert'
import type { ArrayState, FailedMember, VolumeOwnership } from '../../../contract/array-state'
import type { RaidGroup, Volume } from '../../../contract/configuration'
import type { ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { ClockPort, ControllerPorts, MidplanePort, TracePort } from '../../ports'
import { mapOf } from '../../mapping/configured-map'
import { VolumeIo } from '../../mapping/volume-io'
import type { WriteCache } from '../../nvram/write-cache'
import { createGroupIo, type GroupIo } from '../../raid/group-io'
import type { LogicalUnit, LogicalUnitDirectory } from '../../scsi/device'
import type { Rounds } from '../../turns/rounds'
import { failedDrivesOf, nextEpoch, ownershipOf } from '../state/array-changes'
import type { Committer } from '../state/committer'
import type { EventLog } from '../peer/event-log'
import type { Signal } from '../peer/signal'
import type { Standing } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import { rebuiltDrivesOf } from '../state/rebuild-changes'
import type { Admission } from './admission'
import type { ClaimStability } from './claim-stability'
import { ForwardedIo } from './forwarded-io'
import type { IoForwarder } from './io-forwarder'
import { ReservationCommits, reservationsOf } from './reservation-commits'
import { ServedVolume, type ServedVolumeParts } from './served-volume'
import type { IoCounters, OperationOutcome, VolumeOperation } from './volume-operation'

type IoForward = Extract<PeerWords, { type: 'io-forward' }>

export interface VolumeServiceParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly clock: ClockPort
  readonly midplane: MidplanePort
  readonly rounds: Rounds
  readonly trace: TracePort
  readonly log: EventLog
  readonly standing: Standing
  readonly timings: ControllerTimings
  readonly cache: WriteCache
  readonly counters: IoCounters
  readonly admission: Admission
  readonly forwarder: IoForwarder
  readonly committer: Committer
  readonly claimStability: ClaimStability
  readonly ports: Pick<ControllerPorts, 'drives'>
  readonly driveSuspected: Signal<[Pick<FailedMember, 'groupId' | 'drive'>]>
  readonly blocksLost: Signal<[groupId: number, groupBlocks: readonly number[]]>
}

const NOT_OWNER: OperationOutcome = { ok: false, fault: 'not-owner' }

/** All volumes of the array as this controller serves them. */
export class VolumeService implements LogicalUnitDirectory {
  readonly #parts: VolumeServiceParts
  readonly #servedParts: ServedVolumeParts
  readonly #forwarded: ForwardedIo
  readonly #volumes = new Map<number, ServedVolume>()
  readonly #groups = new Map<number, GroupIo>()
  #luns: readonly number[] = []
  #volumeOfLun = new Map<number, number>()
  /** A replay is under way: volumes claimed for it wait. */
  #isReplaying = false

  constructor(parts: VolumeServiceParts) {
    this.#parts = parts
    this.#servedParts = { ...parts, reservationCommits: new ReservationCommits(parts) }
    this.#forwarded = new ForwardedIo({ rounds: parts.rounds, submit: (volumeId, io) => this.#submit(volumeId, io) })
  }

  luns(): readonly number[] {
    return this.#luns
  }

  find(lun: number): LogicalUnit | undefined {
    const volumeId = this.#volumeOfLun.get(lun)
    return volumeId === undefined ? undefined : this.#volumes.get(volumeId)
  }

  units(): readonly LogicalUnit[] {
    return [...this.#volumes.values()]
  }

  volume(volumeId: number): ServedVolume | undefined {
    return this.#volumes.get(volumeId)
  }

  group(groupId: number): GroupIo | undefined {
    return this.#groups.get(groupId)
  }

  groups(): Iterable<GroupIo> {
    return this.#groups.values()
  }

  recordFailed(state: ArrayState): void {
    for (const [groupId, group] of this.#groups) group.recordFailed(failedDrivesOf(state, groupId), rebuiltDrivesOf(state, groupId))
  }

  /** Drives that are out, at least in part, in some group. */
  failedDrives(): ReadonlySet<number> {
    return new Set([...this.#groups.values()].flatMap(({ outDrives }) => outDrives))
  }

  /** The access states of every LUN by both portals, to be compared with an earlier result. */
  accessStates(): ReadonlyMap<number, string> {
    const states = new Map<number, string>()
    for (const lun of this.#luns) {
      const unit = present(this.find(lun), `LUN ${lun}`)
      states.set(lun, `${unit.accessState(1)} ${unit.accessState(2)}`)
    }
    return states
  }

  install(state: ArrayState): void {
    for (const group of state.configuration.groups) {
      if (!this.#groups.has(group.id)) this.#groups.set(group.id, this.#createGroup(state, group))
    }
    this.#dropDeleted(state)
    for (const entry of state.configuration.volumes) {
      const ownership = present(ownershipOf(state, entry.id), `owner of volume ${entry.id}`)
      const volume = this.#volumes.get(entry.id) ?? new ServedVolume(this.#servedParts, entry, ownership, this.#ioOf(entry))
      this.#volumes.set(entry.id, volume)
      volume.update(entry, ownership, this.#claim(volume, ownership), reservationsOf(state, entry.id))
    }
    const mappings = [...state.configuration.luns].sort((a, b) => a.lun - b.lun)
    this.#luns = mappings.map(({ lun }) => lun)
    this.#volumeOfLun = new Map(mappings.map(({ lun, volumeId }) => [lun, volumeId]))
    this.recordFailed(state)
    this.review()
  }

  /** Volumes claimed from now on are not served before `adopt`, because the replay comes first. */
  holdForReplay(): void {
    this.#isReplaying = true
  }

  /** Serves what was claimed since `holdForReplay`. */
  adopt(state: ArrayState): void {
    this.#isReplaying = false
    this.install(state)
  }

  /** Resumes held I/O that can be served now. */
  review(): void {
    for (const volume of this.#volumes.values()) volume.review()
  }

  sweepIntents(): void {
    for (const volume of this.#volumes.values()) volume.sweepIntents()
  }

  /** The session with the peer is over, so its requests are forgotten. */
  peerLost(): void {
    for (const io of this.#forwarded.takeAll()) this.#parts.admission.finish(io, NOT_OWNER)
    for (const volume of this.#volumes.values()) volume.forgetPeer()
  }

  /** The peer forwards I/O of a volume that, as far as it knows, this controller owns. */
  forwarded(words: IoForward): void {
    const { clock, counters, admission, forwarder } = this.#parts
    counters.forwardedIn++
    const trace = words.request === undefined || words.cause === undefined ? undefined : { request: words.request, cause: words.cause }
    if (!admission.admit()) {
      forwarder.answer(words.callId, { ok: false, fault: 'busy' }, trace)
      return
    }
    const { callId, operation, firstBlock, blockCount, data, forceUnitAccess } = words
    const arrivedAtMs = clock.nowMs()
    const finish = (outcome: OperationOutcome): void => forwarder.answer(callId, outcome, trace)
    this.#forwarded.add(words.volumeId, {
      operation,
      firstBlock,
      blockCount,
      data,
      forceUnitAccess,
      task: undefined,
      trace,
      origin: 'peer',
      arrivedAtMs,
      misdirected: 0,
      finish,
    })
  }

  #submit(volumeId: number, io: VolumeOperation): void {
    const volume = this.#volumes.get(volumeId)
    if (volume === undefined) this.#parts.admission.finish(io, NOT_OWNER)
    else volume.submit(io)
  }

  #createGroup(state: ArrayState, group: RaidGroup): GroupIo {
    const { ports, driveSuspected, blocksLost } = this.#parts
    const { id: groupId } = group
    return createGroupIo({
      group,
      drives: ports.drives,
      failedDrives: failedDrivesOf(state, groupId),
      suspect: (drive) => driveSuspected.tell({ groupId, drive }),
      lost: (groupBlocks) => blocksLost.tell(groupId, groupBlocks),
    })
  }

  /** Makes sure that the midplane holds this controller's claim. False if it owns nothing to claim or is refused. */
  #claim(volume: ServedVolume, { owner, epoch, heldBy }: VolumeOwnership): boolean {
    if (owner !== this.#parts.self || (heldBy !== undefined && heldBy !== this.#parts.self)) return false
    if (volume.claimedEpoch === epoch) return true
    if (this.#isReplaying) return false
    const raised = this.#parts.midplane.raiseClaim({ slot: volume.volumeId, epoch })
    if (!raised)
      this.#parts.log.add('error', `The drives have a newer claim for volume ${volume.name} than epoch ${epoch}, so it is not served here.`)
    return raised
  }

  #ioOf(entry: Volume): VolumeIo {
    return new VolumeIo(
      mapOf(entry, (groupId) => present(this.#groups.get(groupId), `group ${groupId}`)),
      entry.id,
    )
  }

  /** Raises the claim so that late writes of a deleted volume cannot reach blocks that another volume has by then. */
  #dropDeleted(state: ArrayState): void {
    for (const [volumeId, volume] of this.#volumes) {
      const entry = state.configuration.volumes.find(({ id }) => id === volumeId)
      if (entry?.serial === volume.serial) continue
      if (volume.ownership.owner === this.#parts.self) {
        this.#parts.midplane.raiseClaim({ slot: volumeId, epoch: nextEpoch(this.#parts.midplane.claimEpoch(volumeId), this.#parts.self) })
      }
      volume.retire()
      this.#parts.cache.drop(volumeId)
      this.#volumes.delete(volumeId)
    }
  }
}
