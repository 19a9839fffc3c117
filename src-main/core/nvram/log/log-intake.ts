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
  /** Of one write that an empty log has room for. */
  readonly maxBlocks: number
  readonly mirror: Mirror
  readonly destager: Destager
}

/** The first stage of a write: it waits for room in the log, in the order in which it came, and is logged with its turn. */
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

  /** Records in the log are done: gives their room up, where it is worth it or somebody waits for it. */
  trim(): void {
    const { live, mirror } = this.#parts
    const isTrimmed = live.trim(this.#trimming)
    if (isTrimmed) mirror.trimmed()
    if (this.#carryOn() || isTrimmed) this.#waiting.admit()
  }

  /** Writes that wait for room: they will not be logged. */
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
      // Its old place is given up next.
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

  /** Room for the partial parity of every write is kept when it is taken: on its way to the drives it never has to wait for any. */
  #hasRoom(io: CacheWrite): boolean {
    const { live } = this.#parts
    return live.fits(recordBytes(io.blockCount) + 2 * this.#journalBytes(io) + live.reservedBytes)
  }

  #journalBytes({ volumeId, blockCount }: CacheWrite): number {
    return journalBytesOf(this.#parts.ports.place(volumeId), blockCount)
  }
}
