import { assert } from '../../../base/assert'
import type { VolumeOwnership } from '../../../contract/array-state'
import type { Volume } from '../../../contract/configuration'
import { controllerOfPortalGroup, portalGroupOf, type PortalGroup } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import type { UnitReservations } from '../../../contract/reservations'
import type { TraceTag } from '../../ports'
import type { VolumePlace } from '../../nvram/log/live-record'
import type { VolumeIo } from '../../mapping/volume-io'
import type { AccessState, LogicalUnit, UnitWrite, VolumeOutcome, WriteManner } from '../../scsi/device'
import type { Admission } from './admission'
import { HeldOperations, type HeldOperationsParts } from './held-operations'
import type { IoForwarder } from './io-forwarder'
import type { ChangeReservations, ReservationCommits } from './reservation-commits'
import { OwnedIo, type OwnedIoParts } from './owned-io'
import { changesBlocks, hostOutcome, type OperationOutcome, type VolumeOperation } from './volume-operation'

/** Times an operation may find that its volume has just moved. Each move drains the volume, so two is already rare. */
const MISDIRECTED_LIMIT = LIMITS.misdirections
const OPERATION_OF = { plain: 'write', atomic: 'write-atomic', or: 'or-write' } as const satisfies Record<
  WriteManner,
  VolumeOperation['operation']
>
const NO_DATA: readonly Uint8Array[] = []

export interface ServedVolumeParts extends OwnedIoParts, HeldOperationsParts {
  readonly admission: Pick<Admission, 'admit' | 'finish'>
  readonly forwarder: Pick<IoForwarder, 'forward'>
  readonly reservationCommits: Pick<ReservationCommits, 'commit'>
}

/** A volume as this controller serves it: from the drives while it owns it, through the peer while the peer does. */
export class ServedVolume implements LogicalUnit {
  readonly volumeId: number
  readonly serial: string
  readonly #parts: ServedVolumeParts
  #entry: Volume
  readonly #owned: OwnedIo
  readonly #held: HeldOperations
  #isMoving = false
  #isRetired = false
  #reservations: UnitReservations | undefined

  constructor(parts: ServedVolumeParts, entry: Volume, ownership: VolumeOwnership, io: VolumeIo) {
    this.volumeId = entry.id
    this.serial = entry.serial
    this.#parts = parts
    this.#entry = entry
    this.#owned = new OwnedIo(parts, ownership, io)
    this.#held = new HeldOperations(parts)
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
    return this.#owned.ownership
  }

  get claimedEpoch(): number {
    return this.#owned.claimedEpoch
  }

  /** Operations on the drives for this volume, and those that wait. */
  get load(): { readonly underWay: number; readonly held: number } {
    return { underWay: this.#owned.underWay, held: this.#held.count }
  }

  /** I/O of this volume that its owner carried out, by the controller at which it arrived. Counts from 0 again. */
  takeArrivals(): { readonly here: number; readonly there: number } {
    return this.#owned.takeArrivals()
  }

  accessState(group: PortalGroup): AccessState {
    const { self, standing } = this.#parts
    const server = standing.serverOf(controllerOfPortalGroup(group))
    if (server === undefined) return 'unavailable'
    const { owner, heldBy } = this.#owned.ownership
    if (heldBy !== undefined && heldBy !== self && !standing.mayForward) return 'transitioning'
    return server === owner ? 'active-optimized' : 'active-non-optimized'
  }

  read(
    io: { readonly firstBlock: number; readonly blockCount: number; readonly trace: TraceTag | undefined },
    done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void,
  ): void {
    const { firstBlock, blockCount, trace } = io
    this.#begin({ operation: 'read', firstBlock, blockCount, data: NO_DATA, forceUnitAccess: false, task: undefined, trace }, done)
  }

  write(io: UnitWrite & { readonly manner?: WriteManner }, done: (outcome: VolumeOutcome<undefined>) => void): void {
    const { firstBlock, blockCount, data, forceUnitAccess, task, trace, manner = 'plain' } = io
    this.#begin({ operation: OPERATION_OF[manner], firstBlock, blockCount, data, forceUnitAccess, task, trace }, (outcome) =>
      done(outcome.ok ? { ok: true, value: undefined } : outcome),
    )
  }

  compareAndWrite(
    io: UnitWrite & { readonly expected: readonly Uint8Array[] },
    done: (outcome: VolumeOutcome<readonly Uint8Array[] | undefined>) => void,
  ): void {
    const { firstBlock, blockCount, forceUnitAccess, task, trace } = io
    const data = [...io.expected, ...io.data]
    this.#begin({ operation: 'compare-and-write', firstBlock, blockCount, data, forceUnitAccess, task, trace }, (outcome) =>
      done(outcome.ok && outcome.value.length === 0 ? { ok: true, value: undefined } : outcome),
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

  get reservations(): UnitReservations | undefined {
    return this.#reservations
  }

  changeReservations(change: ChangeReservations, done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.#parts.reservationCommits.commit(this.#entry, change, done)
  }

  /** From a host or, forwarded, from the peer: to the drives, to the peer, or held until that is settled. */
  submit(io: VolumeOperation): void {
    // A write that waited longer than its initiator for it: the initiator may have done a newer one by the other path.
    if (this.#isRetired || this.#parts.standing.isStopped || io.task?.isAborted === true)
      this.#finish(io, { ok: false, fault: 'transitioning' })
    else if (this.#isMoving) this.#held.push(io)
    else if (this.#owned.isOwned) this.#submitAsOwner(io)
    else if (io.origin === 'peer') this.#finish(io, { ok: false, fault: 'not-owner' })
    else if (this.#parts.standing.mayForward) this.#forward(io)
    else this.#held.push(io)
  }

  /** The state says this now; `claimed`: the midplane holds the claim for this controller. */
  update(entry: Volume, ownership: VolumeOwnership, claimed: boolean, reservations?: UnitReservations): void {
    this.#entry = entry
    this.#reservations = reservations
    this.#owned.update(ownership, claimed)
  }

  /** The volume is deleted: nothing of it is begun any more. */
  retire(): void {
    this.#isRetired = true
    this.#owned.retire()
    for (const io of this.#held.takeAll()) this.submit(io)
  }

  /**
   * Calls `drained` when nothing is under way and all that was acknowledged is on the drives, or they do not take it; what
   * comes in from now on is held until `resume`.
   */
  quiesce(drained: (isClean: boolean) => void): void {
    assert(!this.#isMoving, `volume ${this.volumeId} is already being moved`)
    this.#isMoving = true
    this.#owned.drain(drained)
  }

  resume(): void {
    this.#isMoving = false
    this.#owned.endDrain()
    this.review()
  }

  get isMoving(): boolean {
    return this.#isMoving
  }

  /** Something about ownership changed: what was held goes its way, in its order. */
  review(): void {
    if (this.#isMoving) return
    for (const io of this.#held.takeAll()) this.submit(io)
  }

  /** What a dead peer had forwarded and is still held is forgotten. */
  forgetPeer(): void {
    this.#held.forgetPeer()
  }

  sweepIntents(): void {
    this.#owned.sweepIntents()
  }

  /** Where its blocks are, under the claim that the state gives this controller; undefined where it is not the owner. */
  get place(): VolumePlace | undefined {
    return this.#owned.place
  }

  /** A drive refused this controller's epoch. */
  loseClaim(): void {
    this.#owned.loseClaim()
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
    if (this.#owned.isClaimed) this.#owned.run(io)
    else this.#held.push(io)
  }

  #forward(io: VolumeOperation): void {
    this.#parts.forwarder.forward(this.volumeId, io, (outcome) => {
      if (outcome === 'peer-lost') {
        // The owner may have done a write, and a newer one of the same blocks since: to do it again here would bring
        // old data back. Its host knows whether it still wants it. The rest is held for the takeover.
        if (io.operation === 'compare-and-write') this.#finish(io, { ok: false, fault: 'unknown-end' })
        else if (changesBlocks(io)) this.#finish(io, { ok: false, fault: 'transitioning' })
        else this.submit(io)
      } else if (!outcome.ok && outcome.fault === 'not-owner' && ++io.misdirected < MISDIRECTED_LIMIT) {
        this.submit(io)
      } else {
        this.#finish(io, outcome)
      }
    })
  }

  #finish(io: VolumeOperation, outcome: OperationOutcome): void {
    this.#parts.admission.finish(io, outcome)
  }
}
