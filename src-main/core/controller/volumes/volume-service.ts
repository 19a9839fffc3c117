import { assert, present } from '../../../base/assert'
import type { ArrayState, VolumeOwnership } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import { LIMITS } from '../../../contract/limits'
import type { ClockPort, MidplanePort, TracePort, TraceTag } from '../../ports'
import type { WriteCache } from '../../nvram/write-cache'
import type { GroupIo } from '../../raid/group-io'
import type { LogicalUnit, LogicalUnitDirectory } from '../../scsi/device'
import { failedDrivesOf, nextEpoch, ownershipOf } from '../state/array-changes'
import type { EventLog } from '../peer/event-log'
import { PeerCalls } from '../peer/peer-calls'
import type { PeerSession } from '../peer/peer-session'
import type { Standing } from '../peer/standing'
import { rebuiltDrivesOf } from '../state/rebuild-changes'
import { ServedVolume, type VolumeEnvironment } from './served-volume'
import { IoCounters, type OperationOutcome, type VolumeOperation } from './volume-operation'

type IoForward = Extract<PeerWords, { type: 'io-forward' }>
type IoReturn = Extract<PeerWords, { type: 'io-return' }>

/** All volumes of the array as this controller serves them, and the I/O that goes to and comes from the peer. */
export class VolumeService implements LogicalUnitDirectory {
  readonly counters = new IoCounters()
  readonly #self: ControllerId
  readonly #midplane: MidplanePort
  readonly #trace: TracePort
  readonly #log: EventLog
  readonly #session: PeerSession
  readonly #cache: WriteCache
  readonly #createGroup: (state: ArrayState, groupId: number) => GroupIo
  readonly #environment: VolumeEnvironment
  /** Never full: what may be forwarded was admitted, and `LIMITS.volumeOperations` is not more than this. */
  readonly #calls: PeerCalls<IoReturn>
  readonly #volumes = new Map<number, ServedVolume>()
  readonly #groups = new Map<number, GroupIo>()
  #luns: readonly number[] = []
  #volumeOfLun = new Map<number, number>()
  #operations = 0
  #idle: (() => void) | undefined
  /** A takeover's replay is under way: volumes that were claimed for it wait. */
  #isReplaying = false
  /** Flushes that wait until the claim is on stable storage; undefined while it is. */
  #waitingForClaim: (() => void)[] | undefined

  constructor(parts: {
    readonly self: ControllerId
    readonly incarnation: number
    readonly clock: ClockPort
    readonly midplane: MidplanePort
    readonly trace: TracePort
    readonly log: EventLog
    readonly session: PeerSession
    readonly holdMs: number
    readonly createGroup: (state: ArrayState, groupId: number) => GroupIo
    readonly cache: WriteCache
    readonly standing: Standing
  }) {
    this.#self = parts.self
    this.#midplane = parts.midplane
    this.#trace = parts.trace
    this.#log = parts.log
    this.#session = parts.session
    this.#cache = parts.cache
    this.#createGroup = parts.createGroup
    this.#calls = new PeerCalls({ limit: LIMITS.forwardedOperations, incarnation: parts.incarnation })
    this.#environment = {
      self: parts.self,
      clock: parts.clock,
      holdMs: parts.holdMs,
      cache: parts.cache,
      standing: parts.standing,
      forward: (volumeId, io, done) => this.#forward(volumeId, io, done),
      admit: () => this.#admit(),
      finished: (io, outcome) => this.#finished(io, outcome),
      whenClaimIsStable: (run) => this.#whenClaimIsStable(run),
      ownershipLost: (volumeId) => this.#ownershipLost(volumeId),
    }
  }

  luns(): readonly number[] {
    return this.#luns
  }

  find(lun: number): LogicalUnit | undefined {
    const volumeId = this.#volumeOfLun.get(lun)
    return volumeId === undefined ? undefined : this.#volumes.get(volumeId)
  }

  volume(volumeId: number): ServedVolume | undefined {
    return this.#volumes.get(volumeId)
  }

  group(groupId: number): GroupIo | undefined {
    return this.#groups.get(groupId)
  }

  /** Operations of hosts and of the peer that are not answered yet. */
  get operations(): number {
    return this.#operations
  }

  groups(): Iterable<GroupIo> {
    return this.#groups.values()
  }

  recordFailed(state: ArrayState): void {
    for (const [groupId, group] of this.#groups) group.recordFailed(failedDrivesOf(state, groupId), rebuiltDrivesOf(state, groupId))
  }

  /** Drives that some group goes on without. */
  failedDrives(): ReadonlySet<number> {
    return new Set([...this.#groups.values()].flatMap(({ outDrives }) => outDrives))
  }

  /** Calls `done` once nothing is under way or held. */
  whenIdle(done: () => void): void {
    if (this.#operations === 0) done()
    else this.#idle = done
  }

  /** Access of every LUN by every portal, to be compared with an earlier one. */
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
      if (!this.#groups.has(group.id)) this.#groups.set(group.id, this.#createGroup(state, group.id))
    }
    this.#dropDeleted(state)
    for (const entry of state.configuration.volumes) {
      const ownership = present(ownershipOf(state, entry.id), `owner of volume ${entry.id}`)
      const volume = this.#volumes.get(entry.id) ?? new ServedVolume(this.#environment, entry, ownership, present(this.#groups.get(entry.groupId), `group ${entry.groupId}`))
      this.#volumes.set(entry.id, volume)
      volume.update(entry, ownership, this.#claim(volume, ownership))
    }
    const mappings = [...state.configuration.luns].sort((a, b) => a.lun - b.lun)
    this.#luns = mappings.map(({ lun }) => lun)
    this.#volumeOfLun = new Map(mappings.map(({ lun, volumeId }) => [lun, volumeId]))
    this.recordFailed(state)
    this.settle()
  }

  /** Volumes that are claimed from here on are not served before `adopt`: what the peer left behind comes first. */
  holdForReplay(): void {
    this.#isReplaying = true
  }

  /** Serves what was claimed since `holdForReplay`. */
  adopt(state: ArrayState): void {
    this.#isReplaying = false
    this.install(state)
  }

  /** Lets go what was held and can be served now. */
  settle(): void {
    for (const volume of this.#volumes.values()) volume.settle()
  }

  /** The session with the peer is over: what it was asked is asked elsewhere, what it had asked is forgotten. */
  peerLost(): void {
    for (const volume of this.#volumes.values()) volume.forgetPeer()
    this.#calls.lose()
  }

  /**
   * The claim of a takeover is written but not yet flushed. An ordinary write may be acknowledged: it and the claim
   * survive the death of every controller alike. What a host was told to be on stable storage waits for the claim to be
   * there as well, lest a crash of the machine leaves the data with an owner that has been replaced.
   */
  claimIsBeingFlushed(): () => void {
    const waiting = (this.#waitingForClaim ??= [])
    return () => {
      if (this.#waitingForClaim !== waiting) return
      this.#waitingForClaim = undefined
      for (const run of waiting) run()
    }
  }

  forwarded(words: IoForward): void {
    this.counters.forwardedIn++
    const trace = words.request === undefined || words.cause === undefined ? undefined : { request: words.request, cause: words.cause }
    const volume = this.#volumes.get(words.volumeId)
    if (volume === undefined || !this.#admit()) {
      this.#return(words.callId, { ok: false, fault: volume === undefined ? 'not-owner' : 'busy' }, trace)
      return
    }
    const { callId, operation, firstBlock, blockCount, data, forceUnitAccess } = words
    const arrivedAtMs = this.#environment.clock.nowMs()
    const finish = (outcome: OperationOutcome): void => this.#return(callId, outcome, trace)
    volume.submit({ operation, firstBlock, blockCount, data, forceUnitAccess, task: undefined, trace, origin: 'peer', arrivedAtMs, misdirected: 0, finish })
  }

  /** It was aborted before it came here: whoever forwarded it waits for nothing but that. */
  withdrawn({ callId }: { readonly callId: number }): void {
    this.#return(callId, { ok: false, fault: 'transitioning' }, undefined)
  }

  returned(words: IoReturn): void {
    this.#calls.answer(words.callId, words)
  }

  #forward(volumeId: number, io: VolumeOperation, done: (outcome: OperationOutcome | 'peer-lost') => void): void {
    const trace = this.#traceForward('io.forwarded', io.trace, { volumeId, operation: io.operation })
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') {
        done('peer-lost')
        return
      }
      this.counters.forwarded++
      done(answer.outcome === 'good' ? { ok: true, value: answer.data } : { ok: false, fault: answer.outcome })
    })
    const { operation, firstBlock, blockCount, forceUnitAccess, data, task } = io
    const words: IoForward = { type: 'io-forward', callId, volumeId, operation, firstBlock, blockCount, forceUnitAccess, data, request: trace?.request, cause: trace?.cause }
    // When a cut of the link ends, the initiator may have done a newer write by the other path.
    this.#session.send(words, task === undefined ? undefined : () => (task.isAborted ? { type: 'io-withdrawn', callId } : words))
  }

  #return(callId: number, outcome: OperationOutcome, trace: TraceTag | undefined): void {
    // The session this call came in by may be over: then nobody waits for its answer.
    if (!this.#session.isEstablished) return
    const tag = this.#traceForward('io.returned', trace, { outcome: outcome.ok ? 'good' : outcome.fault })
    const data = outcome.ok ? outcome.value : []
    this.#session.send({ type: 'io-return', callId, outcome: outcome.ok ? 'good' : outcome.fault, data, cause: tag?.cause })
  }

  #traceForward(kind: 'io.forwarded' | 'io.returned', trace: TraceTag | undefined, data: { readonly [key: string]: string | number }): TraceTag | undefined {
    if (trace === undefined) return undefined
    const cause = this.#trace.record({ ...trace, kind, place: `controller-${this.#self}`, to: `controller-${peerOf(this.#self)}`, data })
    return { request: trace.request, cause }
  }

  #admit(): boolean {
    if (this.#operations >= LIMITS.volumeOperations) return false
    this.#operations++
    return true
  }

  #finished(io: VolumeOperation, outcome: OperationOutcome): void {
    this.#operations--
    assert(this.#operations >= 0, 'more operations ended than began')
    if (io.origin === 'host' && outcome.ok) this.counters.count(io)
    if (!outcome.ok && io.trace !== undefined) {
      this.#trace.record({ ...io.trace, kind: 'io.failed', place: `controller-${this.#self}`, data: { reason: outcome.fault } })
    }
    if (this.#operations > 0) return
    const idle = this.#idle
    this.#idle = undefined
    idle?.()
  }

  #ownershipLost(volumeId: number): void {
    this.#trace.record({ place: `controller-${this.#self}`, kind: 'drive.refused', data: { volumeId } })
    this.counters.refusedWrites++
    this.#log.add('error', `The drives refused a write of volume ${volumeId}: a newer owner writes it. Controller ${this.#self.toUpperCase()} does not serve it any more.`)
  }

  #whenClaimIsStable(run: () => void): void {
    if (this.#waitingForClaim === undefined) run()
    else this.#waitingForClaim.push(run)
  }

  /** Whether the midplane holds the claim for this controller. */
  #claim(volume: ServedVolume, { owner, epoch, heldBy }: VolumeOwnership): boolean {
    if (owner !== this.#self || (heldBy !== undefined && heldBy !== this.#self)) return false
    if (volume.claimedEpoch === epoch) return true
    if (this.#isReplaying) return false
    const raised = this.#midplane.raiseClaim({ slot: volume.volumeId, epoch })
    if (!raised) this.#log.add('error', `The drives hold a newer claim for volume ${volume.name} than epoch ${epoch}; it is not served here.`)
    return raised
  }

  /** A write of a deleted volume that is still under way must not reach the blocks once they are somebody else's. */
  #dropDeleted(state: ArrayState): void {
    for (const [volumeId, volume] of this.#volumes) {
      const entry = state.configuration.volumes.find(({ id }) => id === volumeId)
      if (entry?.serial === volume.serial) continue
      if (volume.ownership.owner === this.#self) {
        this.#midplane.raiseClaim({ slot: volumeId, epoch: nextEpoch(this.#midplane.claimEpoch(volumeId), this.#self) })
      }
      this.#cache.drop(volumeId)
      volume.forgetInterrupted()
      this.#volumes.delete(volumeId)
    }
  }
}
