import { assert } from '../../../base/assert'
import type { TurnPort } from '../../ports'
import type { LiveRecord } from './live-record'
import type { RingLog } from './ring-log'

export interface GroupCommitParts {
  readonly turn: TurnPort
  readonly log: RingLog
  /** These are in the NVRAM now, in the order of the log. */
  committed(records: readonly LiveRecord[]): void
}

/**
 * Gathers the records that one turn logs, and writes them together at its end. A turn that brings 16 writes costs one write
 * of the NVRAM and one message to the mirror, not 16 of each:
 *
 *     turn        write 7 │ write 8 │ write 9 │ end
 *     log                                       ├ one vectored write: 7, 8, 9
 *     mirror                                    └ one message: 7, 8, 9
 *
 * Nothing is acknowledged before its record is committed. If the controller dies before the end of the turn or during the
 * write, only records that nobody was told of are lost.
 */
export class GroupCommit {
  readonly #parts: GroupCommitParts
  #records: LiveRecord[] = []

  constructor(parts: GroupCommitParts) {
    this.#parts = parts
  }

  /** The record was appended to the log. */
  add(record: LiveRecord): void {
    const last = this.#records.at(-1)
    assert(last === undefined || record.sequence === last.sequence + 1, () => `record ${record.sequence} behind ${last?.sequence ?? 0}`)
    this.#records.push(record)
    if (this.#records.length === 1) this.#parts.turn.atEnd(() => this.commit())
  }

  /** Takes the records that are not committed yet. They will not be acknowledged. */
  takeAll(): readonly LiveRecord[] {
    return this.#records.splice(0)
  }

  /** Commits now instead of at the end of the turn. That includes records that are logged meanwhile. */
  commit(): void {
    while (this.#records.length > 0) {
      const records = this.#records
      this.#records = []
      this.#parts.log.commit()
      this.#parts.committed(records)
    }
  }
}
