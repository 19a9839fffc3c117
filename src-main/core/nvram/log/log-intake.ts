import { journalBytesOf } from '../destage/stripe-journal'
import type { Destager } from '../destage/destager'
import type { CachePorts, CacheStatus } from '../cache-status'
import type { Mirror } from '../mirror/mirror'
import type { CacheWrite, WaitingWrite } from './cache-write'
import type { GroupCommit } from './group-commit'
import type { LiveLog, Trimming } from './live-log'
import type { CacheOutcome, LiveRecord } from './live-record'
import { recordBytes } from './record'
import { WaitingWrites } from './waiting-writes'

export interface LogIntakeParts {
  readonly status: CacheStatus
  readonly ports: CachePorts
  readonly live: LiveLog
  readonly group: GroupCommit
  /** The longest write that an empty log has room for. */
  readonly maxBlocks: number
  readonly mirror: Mirror
  readonly destager: Destager
}

/** The first stage of a write. Writes wait for room in their order. Those of one turn are logged together. */
export class LogIntake {
  readonly #parts: LogIntakeParts
  readonly #waiting: WaitingWrites

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

  /** Some records are done. Trims the log, if that is worth it or somebody waits for room. */
  trim(): void {
    const { live, mirror } = this.#parts
    const isTrimmed = live.trim(this.#trimming)
    if (isTrimmed) mirror.trimmed()
    if (this.#carryOn() || isTrimmed) this.#waiting.admit()
  }

  /** Takes the writes that wait for room. They will not be logged. */
  takeAll(): readonly WaitingWrite[] {
    return this.#waiting.takeAll()
  }

  get #trimming(): Trimming {
    const { destager } = this.#parts
    return { isRoomWanted: !this.#waiting.isEmpty, isPinned: (record) => destager.isPinned(record) }
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
    const { destager } = this.#parts
    destager.relieve()
    if (destager.hasFailed) this.trim()
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
