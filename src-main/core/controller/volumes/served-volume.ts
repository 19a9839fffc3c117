import { assert, present } from '../../../base/assert'
import type { VolumeOwnership } from '../../../contract/array-state'
import type { Volume } from '../../../contract/configuration'
import { controllerOfPortalGroup, portalGroupOf, type ControllerId, type PortalGroup } from '../../../contract/controller-id'
import type { ClockPort, Timer, TracePort, TraceTag } from '../../ports'
import type { CacheFault, CacheOutcome, VolumePlace } from '../../nvram/log/live-record'
import type { WriteCache } from '../../nvram/write-cache'
import type { VolumeIo } from '../../mapping/volume-io'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import type { AccessState, LogicalUnit, UnitWrite, VolumeOutcome } from '../../scsi/device'
import type { Admission } from './admission'
import type { ClaimStability } from './claim-stability'
import type { IoForwarder } from './io-forwarder'
import { hostOutcome, type IoCounters, type OperationOutcome, type VolumeOperation } from './volume-operation'

const NOTHING: CacheOutcome<readonly Uint8Array[]> = { ok: true, value: [] }

/** Times an operation may find that its volume has just moved. Each move drains the volume, so two is already rare. */
const MISDIRECTED_LIMIT = 4
const NO_DATA: readonly Uint8Array[] = []

export interface ServedVolumeParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly log: EventLog
  readonly standing: Standing
  readonly timings: Pick<ControllerTimings, 'holdMs'>
  readonly cache: WriteCache
  readonly counters: IoCounters
  readonly admission: Pick<Admission, 'admit' | 'finished'>
  readonly forwarder: Pick<IoForwarder, 'forward'>
  readonly claimStability: ClaimStability
}

/** A volume as this controller serves it: from the drives while it owns it, through the peer while the peer does. */
export class ServedVolume implements LogicalUnit {
  readonly volumeId: number
  readonly serial: string
  readonly #parts: ServedVolumeParts
  #entry: Volume
  #ownership: VolumeOwnership
  readonly #io: VolumeIo
  /** The epoch whose claim this controller holds in the midplane. */
  #claimedEpoch = -1
  /** A drive refused the epoch that the state gives this controller. */
  #hasLostClaim = false
  #isMoving = false
  #underWay = 0
  #drained: (() => void) | undefined
  /** Since they were last taken: operations that hosts sent here, and that came from the peer. */
  #arrivals = { here: 0, there: 0 }
  #held: VolumeOperation[] = []
  #holdTimer: Timer | undefined

  constructor(parts: ServedVolumeParts, entry: Volume, ownership: VolumeOwnership, io: VolumeIo) {
    this.volumeId = entry.id
    this.serial = entry.serial
    this.#parts = parts
    this.#entry = entry
    this.#ownership = ownership
    this.#io = io
  }

  get name(): string {
    return this.#entry.name
  }

  get blockCount(): number {
    return this.#entry.blockCount
  }

  get preferredGroup(): PortalGroup {
    return portalGroupOf(this.#entry.preferredOwner)
  }

  get ownership(): VolumeOwnership {
    return this.#ownership
  }

  get claimedEpoch(): number {
    return this.#claimedEpoch
  }

  /** Operations on the drives for this volume, and those that wait. */
  get load(): { readonly underWay: number; readonly held: number } {
    return { underWay: this.#underWay, held: this.#held.length }
  }

  /** I/O of this volume that its owner carried out, by the controller at which it arrived. Counts from 0 again. */
  takeArrivals(): { readonly here: number; readonly there: number } {
    const arrivals = this.#arrivals
    this.#arrivals = { here: 0, there: 0 }
    return arrivals
  }

  accessState(group: PortalGroup): AccessState {
    const { self, standing } = this.#parts
    const server = standing.serverOf(controllerOfPortalGroup(group))
    if (server === undefined) return 'unavailable'
    if (this.#ownership.heldBy !== undefined && this.#ownership.heldBy !== self && !standing.mayForward) return 'transitioning'
    return server === this.#ownership.owner ? 'active-optimized' : 'active-non-optimized'
  }

  read(
    io: { readonly firstBlock: number; readonly blockCount: number; readonly trace: TraceTag | undefined },
    done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void,
  ): void {
    const { firstBlock, blockCount, trace } = io
    this.#begin({ operation: 'read', firstBlock, blockCount, data: NO_DATA, forceUnitAccess: false, task: undefined, trace }, done)
  }

  write(io: UnitWrite, done: (outcome: VolumeOutcome<undefined>) => void): void {
    const { firstBlock, blockCount, data, forceUnitAccess, task, trace } = io
    this.#begin({ operation: 'write', firstBlock, blockCount, data, forceUnitAccess, task, trace }, (outcome) =>
      done(outcome.ok ? { ok: true, value: undefined } : outcome),
    )
  }

  flush(io: { readonly trace: TraceTag | undefined }, done: (outcome: VolumeOutcome<undefined>) => void): void {
    const whole = {
      operation: 'flush' as const,
      firstBlock: 0,
      blockCount: 0,
      data: NO_DATA,
      forceUnitAccess: false,
      task: undefined,
      trace: io.trace,
    }
    this.#begin(whole, (outcome) => done(outcome.ok ? { ok: true, value: undefined } : outcome))
  }

  /** From a host or, forwarded, from the peer: to the drives, to the peer, or held until that is settled. */
  submit(io: VolumeOperation): void {
    // A write that waited longer than its initiator for it: the initiator may have done a newer one by the other path.
    if (this.#parts.standing.isStopped || io.task?.isAborted === true) this.#finish(io, { ok: false, fault: 'transitioning' })
    else if (this.#isMoving) this.#hold(io)
    else if (this.#ownership.owner === this.#parts.self) this.#submitAsOwner(io)
    else if (io.origin === 'peer') this.#finish(io, { ok: false, fault: 'not-owner' })
    else if (this.#parts.standing.mayForward) this.#forward(io)
    else this.#hold(io)
  }

  /** The state says this now; `claimed`: the midplane holds the claim for this controller. */
  update(entry: Volume, ownership: VolumeOwnership, claimed: boolean): void {
    this.#entry = entry
    if (ownership.epoch !== this.#ownership.epoch) this.#hasLostClaim = false
    this.#ownership = ownership
    if (claimed) this.#claimedEpoch = ownership.epoch
    if (ownership.owner !== this.#parts.self) this.forgetInterrupted()
    assert(
      ownership.owner === this.#parts.self || this.#underWay === 0 || this.#parts.standing.isStopped,
      () => `volume ${this.volumeId} changed its owner with I/O under way`,
    )
  }

  /** Somebody else writes its blocks from here on. */
  forgetInterrupted(): void {
    this.#io.forgetInterrupted()
  }

  /**
   * Calls `drained` when nothing is under way and all that was acknowledged is on the drives, or they do not take it; what
   * comes in from now on is held until `resume`.
   */
  quiesce(drained: (isClean: boolean) => void): void {
    assert(!this.#isMoving, `volume ${this.volumeId} is already being moved`)
    this.#isMoving = true
    const clean = (): void => this.#parts.cache.clean(this.volumeId, drained)
    if (this.#underWay === 0) clean()
    else this.#drained = clean
  }

  resume(): void {
    this.#isMoving = false
    this.#drained = undefined
    this.review()
  }

  get isMoving(): boolean {
    return this.#isMoving
  }

  /** Something about ownership changed: what was held goes its way, in its order. */
  review(): void {
    if (this.#isMoving) return
    this.#holdTimer?.cancel()
    this.#holdTimer = undefined
    const held = this.#held
    this.#held = []
    for (const io of held) this.submit(io)
  }

  /**
   * What a dead peer had forwarded and is still held is forgotten: its hosts ask again here, and a write of an earlier
   * try that ran after the newer one would undo it.
   */
  forgetPeer(): void {
    const forgotten = this.#held.filter(({ origin }) => origin === 'peer')
    this.#held = this.#held.filter(({ origin }) => origin === 'host')
    for (const io of forgotten) this.#finish(io, { ok: false, fault: 'transitioning' })
  }

  #begin(
    io: Pick<VolumeOperation, 'operation' | 'firstBlock' | 'blockCount' | 'data' | 'forceUnitAccess' | 'task' | 'trace'>,
    done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void,
  ): void {
    assert(
      io.firstBlock >= 0 && io.firstBlock + io.blockCount <= this.blockCount,
      () => `blocks ${io.firstBlock}+${io.blockCount} of volume ${this.volumeId}`,
    )
    if (!this.#parts.admission.admit()) {
      done({ ok: false, fault: 'busy' })
      return
    }
    const arrivedAtMs = this.#parts.clock.nowMs()
    // Spelled out: copying the object with `...` takes as long as reading 4 KiB from the drive.
    const { operation, firstBlock, blockCount, data, forceUnitAccess, task, trace } = io
    const finish: VolumeOperation['finish'] = (outcome) => done(hostOutcome(outcome))
    this.submit({
      operation,
      firstBlock,
      blockCount,
      data,
      forceUnitAccess,
      task,
      trace,
      origin: 'host',
      arrivedAtMs,
      misdirected: 0,
      finish,
    })
  }

  #submitAsOwner(io: VolumeOperation): void {
    if (this.#claimedEpoch === this.#ownership.epoch) this.#runOnDrives(io)
    else this.#hold(io)
  }

  /** Where its blocks are, under the claim that the state gives this controller; undefined where it is not the owner. */
  get place(): VolumePlace | undefined {
    const { owner, epoch } = this.#ownership
    if (owner !== this.#parts.self || this.#hasLostClaim) return undefined
    return { io: this.#io, claim: { slot: this.volumeId, epoch } }
  }

  #runOnDrives(io: VolumeOperation): void {
    this.#underWay++
    if (io.origin === 'host') this.#arrivals.here++
    else this.#arrivals.there++
    const { cache } = this.#parts
    const place = present(this.place, 'place of an owned volume')
    const { volumeId } = this
    if (io.operation === 'read') {
      cache.read({ volumeId, firstBlock: io.firstBlock, blockCount: io.blockCount, place, trace: io.trace }, (outcome) =>
        this.#fromCache(io, outcome),
      )
    } else if (io.operation === 'flush') {
      cache.flush({ volumeId, place, trace: io.trace }, (outcome) => this.#onStableStorage(io, outcome))
    } else {
      const { firstBlock, blockCount, data, forceUnitAccess, trace } = io
      cache.write({ volumeId, volumeEpoch: place.claim.epoch, firstBlock, blockCount, data, forceUnitAccess, trace }, (outcome) => {
        if (forceUnitAccess) this.#onStableStorage(io, outcome)
        else this.#fromCache(io, outcome.ok ? NOTHING : outcome)
      })
    }
  }

  #onStableStorage(io: VolumeOperation, outcome: CacheOutcome<undefined>): void {
    if (outcome.ok) this.#parts.claimStability.whenStable(() => this.#fromCache(io, NOTHING))
    else this.#fromCache(io, outcome)
  }

  #fromCache(io: VolumeOperation, outcome: CacheOutcome<readonly Uint8Array[]>): void {
    this.#underWay--
    if (outcome.ok) this.#finish(io, outcome)
    else this.#fail(io, outcome.fault)
    if (this.#underWay > 0) return
    const drained = this.#drained
    this.#drained = undefined
    drained?.()
  }

  #fail(io: VolumeOperation, fault: CacheFault): void {
    if (fault === 'stale-epoch') this.loseClaim()
    this.#finish(io, { ok: false, fault: fault === 'stale-epoch' || fault === 'stopped' ? 'transitioning' : fault })
  }

  /** Somebody else writes this volume now. What is left for this controller is to say nothing good about it any more. */
  loseClaim(): void {
    if (this.#hasLostClaim) return
    this.#hasLostClaim = true
    this.#claimedEpoch = -1
    const { self, trace, log, cache, counters } = this.#parts
    const { volumeId } = this
    cache.drop(volumeId)
    trace.record({ place: `controller-${self}`, kind: 'drive.refused', data: { volumeId } })
    counters.refusedWrites++
    log.add(
      'error',
      `The drives refused a write of volume ${volumeId}: a newer owner writes it. ` +
        `Controller ${self.toUpperCase()} no longer serves it.`,
    )
  }

  #forward(io: VolumeOperation): void {
    this.#parts.forwarder.forward(this.volumeId, io, (outcome) => {
      if (outcome === 'peer-lost') {
        // The owner may have done a write, and a newer one of the same blocks since: to do it again here would bring
        // old data back. Its host knows whether it still wants it. The rest waits in `#hold` for the takeover.
        if (io.operation === 'write') this.#finish(io, { ok: false, fault: 'transitioning' })
        else this.submit(io)
      } else if (!outcome.ok && outcome.fault === 'not-owner' && ++io.misdirected < MISDIRECTED_LIMIT) {
        this.submit(io)
      } else {
        this.#finish(io, outcome)
      }
    })
  }

  #hold(io: VolumeOperation): void {
    this.#held.push(io)
    this.#armHoldTimer()
  }

  #armHoldTimer(): void {
    const oldest = this.#held[0]
    if (oldest === undefined || this.#holdTimer !== undefined) return
    const {
      clock,
      timings: { holdMs },
    } = this.#parts
    this.#holdTimer = clock.after(Math.max(0, oldest.arrivedAtMs + holdMs - clock.nowMs()), () => {
      this.#holdTimer = undefined
      const overdue = this.#held.filter(({ arrivedAtMs }) => arrivedAtMs + holdMs <= clock.nowMs())
      this.#held = this.#held.filter(({ arrivedAtMs }) => arrivedAtMs + holdMs > clock.nowMs())
      for (const io of overdue) this.#finish(io, { ok: false, fault: 'transitioning' })
      this.#armHoldTimer()
    })
  }

  #finish(io: VolumeOperation, outcome: OperationOutcome): void {
    this.#parts.admission.finished(io, outcome)
    io.finish(outcome)
  }
}
