import { assert } from '../../../base/assert'
import { ChunkCursor } from '../../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../../base/units'
import type { VolumeOwnership } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import type { VolumeIo } from '../../mapping/volume-io'
import type { CacheFault, CacheOutcome, VolumePlace } from '../../nvram/log/live-record'
import type { WriteCache } from '../../nvram/write-cache'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { Admission } from './admission'
import { differs, setBits } from './block-data'
import { BlockGate } from './block-gate'
import type { ClaimStability } from './claim-stability'
import type { IoCounters, VolumeOperation } from './volume-operation'

type DirtyReadDone = (outcome: CacheOutcome<readonly Uint8Array[]>) => void

const NOTHING: CacheOutcome<readonly Uint8Array[]> = { ok: true, value: [] }
/** Its host may try it again, here or at the other controller. */
const WITHDRAWN: CacheOutcome<never> = { ok: false, fault: 'stopped' }

export interface OwnedIoParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  readonly standing: Standing
  readonly cache: WriteCache
  readonly counters: IoCounters
  readonly admission: Pick<Admission, 'finish'>
  readonly claimStability: ClaimStability
}

/** Who owns a volume and, while this controller does, its I/O through the write cache and on the drives. */
export class OwnedIo {
  readonly volumeId: number
  readonly #parts: OwnedIoParts
  readonly #io: VolumeIo
  #ownership: VolumeOwnership
  /** The epoch whose claim this controller holds in the midplane. */
  #claimedEpoch = -1
  /** A drive refused the epoch that the state gives this controller. */
  #hasLostClaim = false
  #underWay = 0
  #drained: (() => void) | undefined
  readonly #gate = new BlockGate<VolumeOperation>()
  /** Since they were last taken: operations that hosts sent here, and that came from the peer. */
  #arrivals = { here: 0, there: 0 }

  constructor(parts: OwnedIoParts, ownership: VolumeOwnership, io: VolumeIo) {
    this.volumeId = ownership.volumeId
    this.#parts = parts
    this.#ownership = ownership
    this.#io = io
  }

  get ownership(): VolumeOwnership {
    return this.#ownership
  }

  /** By the state, whether it is served yet or not. */
  get isOwned(): boolean {
    return this.#ownership.owner === this.#parts.self
  }

  get claimedEpoch(): number {
    return this.#claimedEpoch
  }

  /** The midplane holds the claim of the epoch that the state says. */
  get isClaimed(): boolean {
    return this.#claimedEpoch === this.#ownership.epoch
  }

  get underWay(): number {
    return this.#underWay
  }

  /** Counts from 0 again. */
  takeArrivals(): { readonly here: number; readonly there: number } {
    const arrivals = this.#arrivals
    this.#arrivals = { here: 0, there: 0 }
    return arrivals
  }

  /** Where its blocks are, under the claim that the state gives this controller; undefined where it is not the owner. */
  get place(): VolumePlace | undefined {
    if (!this.isOwned || this.#hasLostClaim) return undefined
    return { io: this.#io, claim: { slot: this.volumeId, epoch: this.#ownership.epoch } }
  }

  /** The state says this now; `claimed`: the midplane holds the claim for this controller. */
  update(ownership: VolumeOwnership, claimed: boolean): void {
    if (ownership.epoch !== this.#ownership.epoch) this.#hasLostClaim = false
    this.#ownership = ownership
    if (claimed) this.#claimedEpoch = ownership.epoch
    this.#io.intents?.assigned(ownership, { isOwned: this.isOwned, isServed: this.isOwned && this.isClaimed })
    if (!this.isOwned) this.forgetInterrupted()
    assert(
      this.isOwned || this.#underWay === 0 || this.#parts.standing.isStopped,
      () => `volume ${this.volumeId} changed its owner with I/O under way`,
    )
  }

  /** Marks that nothing needs any more are taken from the drives. */
  sweepIntents(): void {
    if (this.isOwned && this.isClaimed) this.#io.intents?.sweep()
  }

  /** Somebody else writes its blocks from here on. */
  forgetInterrupted(): void {
    this.#io.forgetInterrupted()
  }

  /** Calls `drained` when nothing is under way and all that was acknowledged is on the drives, or they do not take it. */
  drain(drained: (isClean: boolean) => void): void {
    const clean = (): void => this.#parts.cache.clean(this.volumeId, drained)
    if (this.#underWay === 0) clean()
    else this.#drained = clean
  }

  endDrain(): void {
    this.#drained = undefined
  }

  /** This controller owns the volume and holds the claim. */
  run(io: VolumeOperation): void {
    this.#underWay++
    if (io.origin === 'host') this.#arrivals.here++
    else this.#arrivals.there++
    this.#gate.enter(io, () => this.#begin(io))
  }

  #begin(io: VolumeOperation): void {
    // It may have waited for others at its blocks.
    const place = this.#placeToServe(io)
    if (place === undefined) this.#fromCache(io, WITHDRAWN)
    else if (io.operation === 'flush')
      this.#parts.cache.flush({ volumeId: this.volumeId, place, trace: io.trace }, (outcome) => this.#onStableStorage(io, outcome))
    else if (io.operation === 'read') this.#read(io, place, (outcome) => this.#fromCache(io, outcome))
    else if (io.operation === 'write' || io.operation === 'write-atomic') this.#write(io, place, io.data)
    else this.#readAndWrite(io, place)
  }

  /** Undefined: it does not begin. Its initiator has given it up, or this controller does not serve the volume any more. */
  #placeToServe(io: VolumeOperation): VolumePlace | undefined {
    return io.task?.isAborted === true || this.#parts.standing.isStopped ? undefined : this.place
  }

  #read({ firstBlock, blockCount, trace }: VolumeOperation, place: VolumePlace, done: DirtyReadDone): void {
    this.#parts.cache.read({ volumeId: this.volumeId, firstBlock, blockCount, place, trace }, done)
  }

  #write(io: VolumeOperation, place: VolumePlace, data: readonly Uint8Array[]): void {
    const { volumeId } = this
    const { firstBlock, blockCount, forceUnitAccess, trace } = io
    const isAtomic = io.operation === 'write-atomic' || io.operation === 'compare-and-write'
    const write = { volumeId, volumeEpoch: place.claim.epoch, firstBlock, blockCount, data, forceUnitAccess, isAtomic, trace }
    this.#parts.cache.write(write, (outcome) => {
      if (forceUnitAccess) this.#onStableStorage(io, outcome)
      else this.#fromCache(io, outcome.ok ? NOTHING : outcome)
    })
  }

  /** No other operation touches the blocks in between: the gate keeps them off. */
  #readAndWrite(io: VolumeOperation, place: VolumePlace): void {
    this.#read(io, place, (outcome) => {
      if (!outcome.ok) {
        this.#fromCache(io, outcome)
        return
      }
      const stillThere = this.#placeToServe(io)
      const sent = new ChunkCursor(io.data)
      if (stillThere === undefined) this.#fromCache(io, WITHDRAWN)
      else if (io.operation === 'or-write') this.#write(io, stillThere, [setBits(outcome.value, io.data)])
      else if (differs(outcome.value, sent.take(io.blockCount * BLOCK_BYTES))) this.#fromCache(io, outcome)
      else {
        io.mayHaveWritten = true
        this.#write(io, stillThere, sent.take(io.blockCount * BLOCK_BYTES))
      }
    })
  }

  #onStableStorage(io: VolumeOperation, outcome: CacheOutcome<undefined>): void {
    if (outcome.ok) this.#parts.claimStability.whenStable((isStable) => this.#fromCache(io, isStable ? NOTHING : WITHDRAWN))
    else this.#fromCache(io, outcome)
  }

  #fromCache(io: VolumeOperation, outcome: CacheOutcome<readonly Uint8Array[]>): void {
    this.#underWay--
    this.#gate.leave(io)
    if (outcome.ok) this.#parts.admission.finish(io, outcome)
    else this.#fail(io, outcome.fault)
    if (this.#underWay > 0) return
    const drained = this.#drained
    this.#drained = undefined
    drained?.()
  }

  #fail(io: VolumeOperation, fault: CacheFault): void {
    if (fault === 'stale-epoch') this.loseClaim()
    // A controller that has stopped puts no drive on record any more. So what waited for that has failed here, and only here.
    const passes = fault === 'stale-epoch' || fault === 'stopped' || this.#parts.standing.isStopped
    // Stripes in doubt are settled before they are read, and that takes room. The read itself takes none, so it is worth another try.
    const waitsForRoom = io.operation === 'read' && fault === 'no-space'
    // Whoever replays the log may find what it wrote. Tried again, it would not find what it compared with.
    const passing = io.mayHaveWritten === true ? 'unknown-end' : 'transitioning'
    this.#parts.admission.finish(io, { ok: false, fault: passes ? passing : waitsForRoom ? 'busy' : fault })
  }

  /** The volume is deleted, and another one may get its number and its blocks. */
  retire(): void {
    this.#hasLostClaim = true
    this.#claimedEpoch = -1
    this.forgetInterrupted()
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
}
