import { assert } from '../../../base/assert'
import { BLOCK_BYTES, KIB } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, Timer, TracePort } from '../../ports'
import type { GroupFault, GroupOutcome } from '../../raid/group-io'
import { DestageQueue } from './destage-queue'
import { readDirty, type DirtyRead } from './dirty-read'
import { DirtyVolumes } from './dirty-volumes'
import type { CachePorts } from '../cache-status'
import type { LiveLog } from '../log/live-log'
import type { CacheFault, CacheOutcome, LiveRecord } from '../log/live-record'
import { ReadsUnderWay } from './reads-under-way'
import { Retries } from './retries'
import type { StripeJournal } from './stripe-journal'
import { ThroughWriter } from './through-writer'
import { RUN_BLOCKS, UnitWriter } from './unit-writer'
import type { BlockRange, VolumeDirt } from './volume-dirt'
import { addWaiter, failWaiters, passWaiters, settleWaiters } from './waiters'
import { WaitingReads } from './waiting-reads'

/** Destaged per tick: enough to stay ahead of the hosts, and not so much that they have to wait. */
const TICK_BYTES = 512 * KIB

export interface DestagerParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly ports: CachePorts
  readonly live: LiveLog
  readonly journal: StripeJournal
  readonly events: {
    /** Some records are done: the log may be trimmed. */
    freed(): void
    /** Writes wait for room in the log. */
    isRoomWanted(): boolean
  }
}

/**
 * Writes acknowledged data from the log to the drives: the oldest first, together with the dirty data beside it. Until then,
 * reads get it from here. A block that was overwritten in the log is written once, with its newest data. Two writes to the
 * drives never overlap, so older data never arrives after newer data.
 */
export class Destager {
  readonly #parts: DestagerParts
  readonly #through: ThroughWriter
  readonly #units: UnitWriter
  readonly #volumes = new DirtyVolumes()
  readonly #reads: WaitingReads
  readonly #readsUnderWay = new ReadsUnderWay()
  readonly #queue: DestageQueue
  readonly #retries: Retries
  #timer: Timer | undefined
  #isStopped = false

  constructor(parts: DestagerParts) {
    this.#parts = parts
    const { self, clock, trace, ports, live, journal } = parts
    this.#queue = new DestageQueue(clock, live)
    this.#reads = new WaitingReads(ports)
    this.#retries = new Retries({
      clock,
      ports,
      again: (dirt) => {
        if (this.#volumes.has(dirt)) this.#hurry(dirt.dirtyRecords())
      },
    })
    const ended = (dirt: VolumeDirt, range: BlockRange, outcome: GroupOutcome<undefined>): void => this.#unitEnded(dirt, range, outcome)
    this.#units = new UnitWriter({ self, trace, ports, journal, ended })
    this.#through = new ThroughWriter({
      ports,
      live,
      journal,
      hurry: (records) => this.#hurry(records),
      ended: (dirt, record) => {
        this.#volumes.forgetIdle(dirt)
        this.#finished(record, undefined)
      },
      interrupted: (dirt, record, fault) => this.#keep(dirt, record, fault),
      freed: () => this.#pump(0),
      isStopped: () => this.#isStopped,
    })
  }

  /** Volumes with dirty data. */
  dirtyVolumes(): number[] {
    return this.#volumes.ids
  }

  isFailing(volumeId: number): boolean {
    return this.#volumes.find(volumeId)?.isFailing === true
  }

  /** Volumes with data that waits for room on the drives. */
  volumesShortOfRoom(): number[] {
    return this.#volumes.ids.filter((volumeId) => this.#volumes.find(volumeId)?.isShortOfRoom === true)
  }

  /** Some volume has data that the drives may not take soon. */
  get hasFailed(): boolean {
    return this.#volumes.hasFailed
  }

  /** The drives do not take the record. Or it is the partial parity of an interrupted update, whose data they did not take. */
  isPinned({ volumeId, state, isPartialParity, firstBlock, endBlock }: LiveRecord): boolean {
    if (this.#volumes.find(volumeId)?.hasFailed !== true) return false
    if (!isPartialParity) return state === 'dirty'
    const place = this.#parts.ports.place(volumeId)
    return place?.io.isInterrupted({ firstBlock, blockCount: endBlock - firstBlock }) === true
  }

  isDirty(record: LiveRecord, block: number): boolean {
    return this.#volumes.find(record.volumeId)?.extents.within(block, block + 1)[0]?.source === record
  }

  mustGoThrough(record: LiveRecord): boolean {
    const dirt = this.#volumes.find(record.volumeId)
    return dirt !== undefined && (dirt.isFailing || dirt.hasThrough(record))
  }

  read(io: DirtyRead, done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void): void {
    const extents = this.#volumes.find(io.volumeId)?.extents
    if (this.#reads.take(io, extents, done)) return
    const underWay = this.#readsUnderWay.begin(io)
    readDirty(io, extents, (outcome) => {
      if (this.#readsUnderWay.end(underWay)) done(outcome)
      else this.read(io, done)
    })
  }

  /** Some read waits until the drives say that this controller holds the volume. */
  mustHold(volumeId: number): boolean {
    return this.#reads.has(volumeId)
  }

  /** Data that could be lost may be safe now: reads that waited for that go on. */
  reviewReads(): void {
    for (const { io, done } of this.#reads.takeAll()) this.read(io, done)
  }

  /** Takes acknowledged data. Reads see it from now on. */
  add(record: LiveRecord): void {
    this.#insert(this.#volumes.of(record.volumeId), record)
    this.#queue.push(record)
    const isRoomWanted = this.#parts.events.isRoomWanted()
    if (isRoomWanted || this.#queue.isPressed) this.#pump(RUN_BLOCKS * BLOCK_BYTES, isRoomWanted)
    this.#schedule()
  }

  /** The record is of a volume that this controller no longer writes, and nobody was told that it is good. */
  giveUp(record: LiveRecord): void {
    record.isRefused = true
    this.#finished(record, 'stale-epoch')
  }

  /** Writes the record straight to the drives, after everything older in its range. */
  writeThrough(record: LiveRecord, finish: (fault: CacheFault | undefined) => void): void {
    record.state = 'through'
    if (this.#isStopped) {
      finish('stopped')
      return
    }
    this.#through.write(this.#volumes.of(record.volumeId), record, finish)
  }

  /** Calls `done` when the record, or what was written over it, is on the drives. */
  whenDone(record: LiveRecord, done: (fault: CacheFault | undefined) => void): void {
    this.#await([record], done)
  }

  /** Calls `done` when everything that is dirty in the volume now is on the drives. */
  clean(volumeId: number, done: (fault: CacheFault | undefined) => void): void {
    this.#await([...(this.#volumes.find(volumeId)?.dirtyRecords() ?? [])], done)
  }

  /** This controller no longer owns the volume, or the volume is deleted. */
  drop(volumeId: number): void {
    this.#reads.drop(volumeId)
    const dirt = this.#volumes.find(volumeId)
    if (dirt === undefined) return
    this.#volumes.drop(dirt)
    for (const { record, finish } of dirt.takeWaitingThrough()) {
      finish('stale-epoch')
      this.#finished(record, 'stale-epoch')
    }
    for (const record of dirt.dirtyRecords()) this.#finished(record, 'stale-epoch')
  }

  /** Tells everyone who waits. What is under way ends by itself. */
  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    this.#reads.stop()
    for (const dirt of this.#volumes.all()) {
      failWaiters(dirt, 'stopped')
      for (const { finish } of dirt.takeWaitingThrough()) finish('stopped')
    }
  }

  /** Destages data of any age, to make room in the log. */
  relieve(): void {
    this.#pump(TICK_BYTES, true)
    this.#schedule()
  }

  #insert(dirt: VolumeDirt, record: LiveRecord): void {
    dirt.insert(record, (old, blocks) => this.#covered(old, record, blocks))
  }

  /**
   * Keeps a write that was interrupted. Its host was told of the fault. But its stripes stay interrupted until all of it is on
   * the drives, and until then the log must say which stripes these are. So it is tried again like acknowledged data, and the
   * volume does not move before it is there.
   */
  #keep(dirt: VolumeDirt, record: LiveRecord, fault: GroupFault): void {
    if (!this.#volumes.has(dirt)) {
      this.#finished(record, 'stale-epoch')
      return
    }
    this.#insert(dirt, record)
    this.#readsUnderWay.overtake(dirt.volumeId, record)
    this.#retries.later(dirt, fault)
  }

  #await(records: readonly LiveRecord[], done: (fault: CacheFault | undefined) => void): void {
    const open = records.filter(({ state }) => state === 'dirty')
    if (open.length === 0 || this.#isStopped) {
      done(open.length === 0 ? undefined : 'stopped')
      return
    }
    addWaiter(open, done)
    this.#hurry(open)
  }

  #covered(old: LiveRecord, by: LiveRecord, blockCount: number): void {
    if (passWaiters(old, by)) this.#queue.hurry([by])
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
    this.#queue.calm(record)
    settleWaiters(record, fault)
    this.#parts.live.close(record)
    this.#parts.events.freed()
  }

  #hurry(records: Iterable<LiveRecord>): void {
    this.#queue.hurry(records)
    this.#pump(0)
  }

  #pump(budgetBytes: number, force = false): void {
    if (this.#isStopped) return
    for (const record of this.#queue.urgent()) if (record.state !== 'dirty' || this.#start(record)) this.#queue.calm(record)
    const dueMs = this.#queue.dueMs(force)
    for (let budget = budgetBytes; budget > 0 && !this.#units.isBusy;) {
      const record = this.#queue.takeDue(dueMs)
      if (record === undefined) break
      if (record.state !== 'dirty' || this.isFailing(record.volumeId)) continue
      budget -= record.bytes.length
      if (!this.#start(record)) this.#queue.hurry([record])
    }
  }

  #start(record: LiveRecord): boolean {
    return this.#units.start(this.#volumes.of(record.volumeId), record)
  }

  #unitEnded(dirt: VolumeDirt, range: BlockRange, outcome: GroupOutcome<undefined>): void {
    if (outcome.ok) this.#written(dirt, range)
    else this.#failed(dirt, range, outcome.fault)
    this.#through.advance(dirt)
    this.reviewReads()
    this.#pump(0)
    this.#schedule()
  }

  #written(dirt: VolumeDirt, range: BlockRange): void {
    dirt.extents.remove(range.firstBlock, range.endBlock, range, (record, blocks) => this.#arrived(record, blocks))
    this.#volumes.forgetIdle(dirt)
    this.#retries.taken(dirt)
    if (!dirt.extents.isEmpty) return
    dirt.hasFailed = false
    this.#parts.ports.holdsChanged()
  }

  #failed(dirt: VolumeDirt, range: BlockRange, fault: GroupFault): void {
    // The volume is gone, and another one may have its number by now.
    if (!this.#volumes.has(dirt)) return
    if (fault === 'stale-epoch') {
      this.drop(dirt.volumeId)
      this.#parts.ports.ownershipLost(dirt.volumeId)
      return
    }
    dirt.release(range)
    this.#readsUnderWay.overtake(dirt.volumeId, range)
    for (const record of dirt.dirtyRecords()) this.#queue.calm(record)
    failWaiters(dirt, fault)
    this.#retries.later(dirt, fault)
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isStopped) return
    const { delayMs } = this.#queue
    if (delayMs === undefined) return
    this.#timer = this.#parts.clock.after(delayMs, () => {
      this.#timer = undefined
      this.#pump(TICK_BYTES)
      this.#schedule()
    })
  }
}
