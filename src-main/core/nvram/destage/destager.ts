import { assert } from '../../../base/assert'
import { BLOCK_BYTES, KIB } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, Timer, TraceTag, TracePort } from '../../ports'
import type { GroupFault, GroupOutcome } from '../../raid/group-io'
import { readDirty, type DirtyRead } from './dirty-read'
import { bytesOf, type Extent } from './extent-map'
import type { CachePorts } from '../cache-status'
import type { LiveLog } from '../log/live-log'
import type { CacheFault, CacheOutcome, LiveRecord, VolumePlace } from '../log/live-record'
import type { StripeJournal } from './stripe-journal'
import { ThroughWriter } from './through-writer'
import { VolumeDirt, type BlockRange } from './volume-dirt'
import { addWaiter, failWaiters, passWaiters, settleWaiters } from './waiters'

/** A write to the drives takes up at most this much of what lies one behind the other: several full stripes. */
const RUN_BLOCKS = (512 * KIB) / BLOCK_BYTES
const RUNS_UNDER_WAY = 16
/** How long acknowledged data stays in the log only, so that what is written again or beside it goes to the drives once. */
const DELAY_MS = 100
/** Above this part of the log, age does not count. */
const HIGH_FILL = 0.25
const TICK_MS = 1
/** Destaged per tick: enough to keep ahead of the hosts, little enough not to keep them waiting. */
const TICK_BYTES = 512 * KIB
/** Records that are gone are forgotten in so many at a time at least. */
const FORGOTTEN_AT_ONCE = 64
const RETRY_MS = 1000

export interface DestagerParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly ports: CachePorts
  readonly live: LiveLog
  readonly journal: StripeJournal
  readonly events: {
    /** Records in the log are done. */
    freed(): void
  }
}

/**
 * Brings acknowledged data from the log to the drives, the oldest first and what lies beside it with it, and shows it to
 * reads until it is there. Blocks that were written again meanwhile go there once, as they are then. Two writes to the
 * drives never overlap, so what was logged later also arrives later.
 */
export class Destager {
  readonly #parts: DestagerParts
  readonly #through: ThroughWriter
  readonly #volumes = new Map<number, VolumeDirt>()
  /** Dirty records in the order of the log; those before `#next` are done, under way or urgent. */
  #queue: LiveRecord[] = []
  #next = 0
  readonly #urgent = new Set<LiveRecord>()
  #runsUnderWay = 0
  #timer: Timer | undefined
  #isStopped = false

  constructor(parts: DestagerParts) {
    this.#parts = parts
    this.#through = new ThroughWriter({
      ports: parts.ports,
      live: parts.live,
      journal: parts.journal,
      hurry: (records) => {
        for (const record of records) this.#urgent.add(record)
        this.#pump(0)
      },
      ended: (dirt, record) => {
        this.#forgetIdle(dirt)
        this.#finished(record, undefined)
      },
      tornApart: (dirt, record) => this.#keep(dirt, record),
      freed: () => this.#pump(0),
      isStopped: () => this.#isStopped,
    })
  }

  /** Volumes with dirty data. */
  dirtyVolumes(): number[] {
    return [...this.#volumes.values()]
      .filter(({ extents }) => !extents.isEmpty)
      .map(({ volumeId }) => volumeId)
      .sort((a, b) => a - b)
  }

  isFailing(volumeId: number): boolean {
    return this.#volumes.get(volumeId)?.isFailing === true
  }

  /** What some volume has may not get to the drives soon. */
  get hasFailed(): boolean {
    for (const { hasFailed } of this.#volumes.values()) if (hasFailed) return true
    return false
  }

  /** The drives do not take it, or it says what an update may have left half done that they did not take. */
  isPinned({ volumeId, state, isPartialParity, firstBlock, endBlock }: LiveRecord): boolean {
    if (this.#volumes.get(volumeId)?.hasFailed !== true) return false
    if (!isPartialParity) return state === 'dirty'
    const place = this.#parts.ports.place(volumeId)
    return place?.io.isInterrupted({ firstBlock, blockCount: endBlock - firstBlock }) === true
  }

  mustGoThrough(record: LiveRecord): boolean {
    const dirt = this.#volumes.get(record.volumeId)
    return dirt !== undefined && (dirt.isFailing || dirt.hasThrough(record))
  }

  read(io: DirtyRead, done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void): void {
    readDirty(io, this.#volumes.get(io.volumeId)?.extents, done)
  }

  /** Acknowledged data: seen by reads from here on. */
  add(record: LiveRecord): void {
    this.#insert(this.#dirt(record.volumeId), record)
    this.#queue.push(record)
    if (this.#parts.live.fill > HIGH_FILL) this.#pump(RUN_BLOCKS * BLOCK_BYTES)
    this.#schedule()
  }

  /** Straight to the drives, behind everything older in its range. */
  writeThrough(record: LiveRecord, finish: (fault: CacheFault | undefined) => void): void {
    record.state = 'through'
    if (this.#isStopped) {
      finish('stopped')
      return
    }
    this.#through.write(this.#dirt(record.volumeId), record, finish)
  }

  /** Calls `done` when the record, or what was written over it, is on the drives. */
  whenDone(record: LiveRecord, done: (fault: CacheFault | undefined) => void): void {
    this.#await([record], done)
  }

  /** Calls `done` when all that is dirty now of the volume is on the drives. */
  clean(volumeId: number, done: (fault: CacheFault | undefined) => void): void {
    this.#await([...(this.#volumes.get(volumeId)?.dirtyRecords() ?? [])], done)
  }

  /** The volume is not this controller's any more, or is deleted. */
  drop(volumeId: number): void {
    const dirt = this.#volumes.get(volumeId)
    if (dirt === undefined) return
    this.#volumes.delete(volumeId)
    for (const { record, finish, isUnderWay } of dirt.through) {
      if (isUnderWay) continue
      finish('stale-epoch')
      this.#finished(record, 'stale-epoch')
    }
    dirt.through = dirt.through.filter(({ isUnderWay }) => isUnderWay)
    for (const record of dirt.dirtyRecords()) this.#finished(record, 'stale-epoch')
  }

  /** Whoever waits learns of it; what is under way ends by itself. */
  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    for (const dirt of [...this.#volumes.values()]) {
      failWaiters(dirt, 'stopped')
      const left = dirt.through.filter(({ isUnderWay }) => !isUnderWay)
      dirt.through = dirt.through.filter(({ isUnderWay }) => isUnderWay)
      for (const { finish } of left) finish('stopped')
    }
  }

  /** As much as it takes to make room. */
  relieve(): void {
    this.#pump(TICK_BYTES, true)
    this.#schedule()
  }

  #insert(dirt: VolumeDirt, record: LiveRecord): void {
    record.state = 'dirty'
    record.liveBlocks = record.endBlock - record.firstBlock
    dirt.extents.insert({ firstBlock: record.firstBlock, endBlock: record.endBlock, source: record }, (old, blocks) =>
      this.#covered(old, record, blocks),
    )
  }

  /**
   * Nobody was told that it is written. But its stripes agree with themselves again only when all of it is, and until then
   * the log must say which they are: it is tried again like what was acknowledged, and a volume does not move with it.
   */
  #keep(dirt: VolumeDirt, record: LiveRecord): void {
    if (this.#volumes.get(dirt.volumeId) !== dirt) {
      this.#finished(record, 'stale-epoch')
      return
    }
    this.#insert(dirt, record)
    this.#tryLater(dirt)
  }

  #dirt(volumeId: number): VolumeDirt {
    let dirt = this.#volumes.get(volumeId)
    if (dirt === undefined) this.#volumes.set(volumeId, (dirt = new VolumeDirt(volumeId)))
    return dirt
  }

  #forgetIdle(dirt: VolumeDirt): void {
    if (dirt.isIdle && this.#volumes.get(dirt.volumeId) === dirt) this.#volumes.delete(dirt.volumeId)
  }

  #await(records: readonly LiveRecord[], done: (fault: CacheFault | undefined) => void): void {
    const open = records.filter(({ state }) => state === 'dirty')
    if (open.length === 0 || this.#isStopped) {
      done(open.length === 0 ? undefined : 'stopped')
      return
    }
    addWaiter(open, done)
    for (const record of open) this.#urgent.add(record)
    this.#pump(0)
  }

  #covered(old: LiveRecord, by: LiveRecord, blockCount: number): void {
    if (passWaiters(old, by)) this.#urgent.add(by)
    this.#arrived(old, blockCount)
  }

  #arrived(record: LiveRecord, blockCount: number): void {
    if (record.state === 'done') return
    record.liveBlocks -= blockCount
    assert(record.liveBlocks >= 0, 'more blocks were destaged than a record has')
    if (record.liveBlocks === 0) this.#finished(record, undefined)
  }

  #finished(record: LiveRecord, fault: CacheFault | undefined): void {
    record.state = 'done'
    this.#urgent.delete(record)
    settleWaiters(record, fault)
    this.#parts.live.close(record)
    this.#parts.events.freed()
  }

  #pump(budgetBytes: number, force = false): void {
    if (this.#isStopped) return
    for (const record of [...this.#urgent]) if (record.state !== 'dirty' || this.#start(record)) this.#urgent.delete(record)
    const dueBefore = this.#parts.clock.nowMs() - (force || this.#parts.live.fill > HIGH_FILL ? 0 : DELAY_MS)
    for (let budget = budgetBytes; budget > 0 && this.#runsUnderWay < RUNS_UNDER_WAY;) {
      const record = this.#queue[this.#next]
      if (record === undefined || (record.state === 'dirty' && record.appendedAtMs > dueBefore)) break
      this.#next++
      if (record.state !== 'dirty' || this.isFailing(record.volumeId)) continue
      budget -= record.bytes.length
      if (!this.#start(record)) this.#urgent.add(record)
    }
    if (this.#next >= FORGOTTEN_AT_ONCE && this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next)
      this.#next = 0
    }
  }

  /** False where something that is under way is in the way of a part of it. */
  #start(record: LiveRecord): boolean {
    const dirt = this.#dirt(record.volumeId)
    const place = this.#parts.ports.place(record.volumeId)
    if (place === undefined) return true
    const extents =
      place.io.parityCount > 0 ? this.#ownInStripes(dirt, place, record) : dirt.extents.within(record.firstBlock, record.endBlock)
    let all = true
    for (const extent of extents) {
      if (extent.source !== record || extent.write !== undefined) continue
      if (dirt.isFree(extent)) this.#write(dirt, place, this.#unitAround(dirt, place, extent))
      else all = false
    }
    return all
  }

  /** What is dirty of the record's blocks, cut where stripes end. */
  #ownInStripes(dirt: VolumeDirt, { io }: VolumePlace, record: LiveRecord): readonly Extent<LiveRecord>[] {
    const { firstBlock, endBlock } = record
    dirt.extents.splitAt(firstBlock)
    for (let block = io.map.stripeAt(firstBlock).endBlock; block < endBlock; block = io.map.stripeAt(block).endBlock)
      dirt.extents.splitAt(block)
    return dirt.extents.within(firstBlock, endBlock)
  }

  /**
   * What goes to the drives together with this extent. With parity, all that is free in its stripe: the parity of a stripe is
   * then made once for all of it. Otherwise what lies one behind the other.
   */
  #unitAround(dirt: VolumeDirt, { io }: VolumePlace, extent: Extent<LiveRecord>): readonly Extent<LiveRecord>[] {
    const isFree = (candidate: Extent<LiveRecord>): boolean => dirt.isFree(candidate)
    if (io.parityCount === 0) return dirt.extents.runAround(extent, RUN_BLOCKS, isFree)
    const { firstBlock, endBlock } = io.map.stripeAt(extent.firstBlock)
    dirt.extents.splitAt(firstBlock)
    dirt.extents.splitAt(endBlock)
    return dirt.extents.within(firstBlock, endBlock).filter(isFree)
  }

  #write(dirt: VolumeDirt, place: VolumePlace, unit: readonly Extent<LiveRecord>[]): void {
    const { volumeId } = dirt
    const range: BlockRange = { firstBlock: unit[0]!.firstBlock, endBlock: unit.at(-1)!.endBlock }
    for (const extent of unit) extent.write = range
    dirt.writes.add(range)
    this.#runsUnderWay++
    const trace = unit.find(({ source }) => source.trace !== undefined)?.source.trace
    const cause = this.#traceDestage(trace, volumeId, range)
    const { secure, release } = this.#parts.journal.cover(volumeId, place)
    const runs = runsOf(unit)
    const [first] = runs
    const terms = { claim: place.claim, cause, secure }
    const done = (outcome: GroupOutcome<undefined>): void => {
      release()
      this.#runsUnderWay--
      dirt.writes.delete(range)
      if (outcome.ok) this.#written(dirt, range)
      else this.#failed(dirt, range, outcome.fault)
      this.#through.advance(dirt)
      this.#pump(0)
      this.#schedule()
    }
    if (runs.length === 1 && first !== undefined) place.io.write({ ...terms, ...first }, done)
    else place.io.writeStripe({ ...terms, runs }, done)
  }

  #written(dirt: VolumeDirt, range: BlockRange): void {
    dirt.isFailing = false
    dirt.extents.remove(range.firstBlock, range.endBlock, range, (record, blocks) => this.#arrived(record, blocks))
    this.#forgetIdle(dirt)
    if (!dirt.extents.isEmpty) return
    dirt.hasFailed = false
    this.#parts.ports.holdsChanged()
  }

  /** The data stays where it is, and is tried again: drives may come back. */
  #failed(dirt: VolumeDirt, range: BlockRange, fault: GroupFault): void {
    if (fault === 'stale-epoch') {
      this.drop(dirt.volumeId)
      this.#parts.ports.ownershipLost(dirt.volumeId)
      return
    }
    for (const extent of dirt.extents.within(range.firstBlock, range.endBlock)) if (extent.write === range) extent.write = undefined
    for (const record of dirt.dirtyRecords()) this.#urgent.delete(record)
    failWaiters(dirt, fault)
    this.#tryLater(dirt)
  }

  #tryLater(dirt: VolumeDirt): void {
    dirt.isFailing = true
    dirt.hasFailed = true
    if (this.#isStopped || dirt.isRetryComing) return
    dirt.isRetryComing = true
    this.#parts.clock.after(RETRY_MS, () => {
      dirt.isRetryComing = false
      // Also where another write of the volume has gone well since.
      if (this.#volumes.get(dirt.volumeId) !== dirt || this.#isStopped) return
      for (const record of dirt.dirtyRecords()) this.#urgent.add(record)
      this.#pump(0)
    })
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isStopped) return
    const oldest = this.#queue[this.#next]
    if (oldest === undefined) return
    const { clock, live } = this.#parts
    const delayMs = live.fill > HIGH_FILL ? TICK_MS : Math.max(TICK_MS, oldest.appendedAtMs + DELAY_MS - clock.nowMs())
    this.#timer = clock.after(delayMs, () => {
      this.#timer = undefined
      this.#pump(TICK_BYTES)
      this.#schedule()
    })
  }

  #traceDestage(trace: TraceTag | undefined, volumeId: number, range: BlockRange): number | undefined {
    if (trace === undefined) return undefined
    const data = { volumeId, firstBlock: range.firstBlock, blockCount: range.endBlock - range.firstBlock }
    return this.#parts.trace.record({ ...trace, place: `controller-${this.#parts.self}`, kind: 'nvram.destaged', data })
  }
}

interface DirtyRun {
  readonly firstBlock: number
  readonly data: Uint8Array[]
}

/** Extents that lie one behind the other as one run. */
function runsOf(unit: readonly Extent<LiveRecord>[]): DirtyRun[] {
  const runs: DirtyRun[] = []
  let endBlock = -1
  for (const extent of unit) {
    const bytes = bytesOf(extent, extent.firstBlock, extent.endBlock)
    if (extent.firstBlock === endBlock) runs.at(-1)!.data.push(bytes)
    else runs.push({ firstBlock: extent.firstBlock, data: [bytes] })
    endBlock = extent.endBlock
  }
  return runs
}
