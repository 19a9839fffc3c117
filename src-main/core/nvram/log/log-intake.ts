import type { CachePorts, CacheStatus } from '../cache-status'
import type { Mirror } from '../mirror/mirror'
import type { CacheWrite, WaitingWrite } from './cache-write'
import type { GroupCommit } from './group-commit'
import type { LiveLog, Trimming } from './live-log'
import type { CacheOutcome, LiveRecord } from './live-record'
import { journalBytesOf } from './journal-room'
import { recordBytes } from './record'
import { WaitingWrites } from './waiting-writes'

/** Whoever brings records to the drives, and so frees their room. */
export interface RoomMaker {
  /** The drives do not take the record, or the data of the update that it belongs to. So it must stay in the log. */
  isPinned(record: LiveRecord): boolean
  /** The newest data of this block is in the record, and not on the drives. */
  isDirty(record: LiveRecord, block: number): boolean
  /** A write waits for room. */
  relieve(): void
  /** Drives refuse what is to be destaged. */
  readonly hasFailed: boolean
}

export interface LogIntakeParts {
  readonly status: CacheStatus
  readonly ports: CachePorts
  readonly live: LiveLog
  readonly group: GroupCommit
  /** The longest write that an empty log has room for. */
  readonly maxBlocks: number
  /** The next stage. */
  readonly mirror: Mirror
  readonly room: RoomMaker
}

/** The first stage of a write. Writes wait for room in their order. Those of one turn are logged together. */
export class LogIntake {
  readonly #parts: LogIntakeParts
  readonly #waiting: WaitingWrites
  #isTrimming = false
  /** To carry a record on commits others, and some of them may be done at once: then it is looked again afterwards. */
  #isTrimWanted = false

  constructor(parts: LogIntakeParts) {
    this.#parts = parts
    this.#waiting = new WaitingWrites({
      maxBlocks: parts.maxBlocks,
      hasRoom: (io) => this.#hasRoom(io),
      append: ({ io, done }) => parts.group.add(parts.live.append(io, this.#journalBytes(io), done)),
      makeRoom: () => this.#makeRoom(),
    })
  }

  write(io: CacheWrite, done: (outcome: CacheOutcome<undefined>) => void): void {
    if (this.#parts.status.mode === 'off') done({ ok: false, fault: 'stopped' })
    else this.#waiting.push(io, done)
  }

  /** Writes wait for room. */
  get isWaiting(): boolean {
    return !this.#waiting.isEmpty
  }

  /** Some records are done. Trims the log, if that is worth it or somebody waits for room. */
  trim(): void {
    this.#isTrimWanted = true
    if (this.#isTrimming) return
    this.#isTrimming = true
    while (this.#isTrimWanted) {
      this.#isTrimWanted = false
      this.#trimOnce()
    }
    this.#isTrimming = false
  }

  /** This controller no longer owns the volume, or the volume is deleted. */
  drop(volumeId: number): void {
    for (const { done } of this.#waiting.takeOf(volumeId)) done({ ok: false, fault: 'stale-epoch' })
    this.#waiting.admit()
  }

  /** Takes the writes that wait for room. They will not be logged. */
  takeAll(): readonly WaitingWrite[] {
    return this.#waiting.takeAll()
  }

  get #trimming(): Trimming {
    const { room } = this.#parts
    return {
      isRoomWanted: this.isWaiting,
      isPinned: (record) => room.isPinned(record),
      isDirty: (record, block) => room.isDirty(record, block),
    }
  }

  #trimOnce(): void {
    const { live, mirror } = this.#parts
    const isTrimmed = live.trim(this.#trimming)
    if (isTrimmed) mirror.trimmed()
    if (this.#carryOn() || isTrimmed) this.#waiting.admit()
  }

  #carryOn(): boolean {
    const { live, group, mirror } = this.#parts
    const isFreed = live.carryOn(this.#trimming, (record: LiveRecord) => {
      group.add(record)
      // At once: its old place is given up next.
      group.commit()
    })
    if (isFreed) mirror.trimmed()
    return isFreed
  }

  #makeRoom(): void {
    const { room } = this.#parts
    room.relieve()
    if (room.hasFailed) this.trim()
  }

  /** A write is taken only if its partial parity will fit too. So destaging never has to wait for room. */
  #hasRoom(io: CacheWrite): boolean {
    const { live } = this.#parts
    return live.fits(recordBytes(io.blockCount) + 2 * this.#journalBytes(io) + live.reservedBytes)
  }

  #journalBytes({ volumeId, blockCount }: CacheWrite): number {
    return journalBytesOf(this.#parts.ports.place(volumeId), blockCount)
  }
}
