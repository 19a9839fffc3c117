import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import type { PartialParity } from '../../raid/partial-parity'
import type { CacheStatus } from '../cache-status'
import type { GroupCommit } from '../log/group-commit'
import type { LiveLog } from '../log/live-log'
import type { LiveRecord, StripeCover, VolumePlace } from '../log/live-record'
import { RECORD_HEADER_BYTES } from '../log/record'
import { overlap } from './volume-dirt'

export interface StripeJournalParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly status: CacheStatus
  readonly live: LiveLog
  readonly group: GroupCommit
  readonly events: {
    /** Some records are done: the log may be trimmed. */
    freed(): void
  }
}

/**
 * Logs partial parity before stripes are updated. An update of a stripe with parity takes several drive writes. If it is
 * interrupted and a drive is lost, a block that nobody was writing cannot be computed from the stripe any more. It can be
 * computed from the partial parity of its row. So the log and the mirror have that before the first drive write.
 *
 * Of several records of one row, only the newest is true. An example, in the row of `raid/partial-parity`: blocks 3, 11, 19
 * and 27 have the values 1, 2, 4 and 8. Two updates are logged, and neither is trimmed yet:
 *
 *     record                                    block 3   block 11   block 19   block 27   parity
 *       40   write 16 to block 11
 *       41   partial parity 1 ^ 4 ^ 8 = 13            1         16          4          8       29
 *       42   write 32 to block 19
 *       43   partial parity 1 ^ 16 ^ 8 = 25           1         16         32          8       57
 *
 * The second update is interrupted, and the drive of block 3 is lost. Record 43 says that block 3 is 25 ^ 16 ^ 8 = 1, whether
 * block 19 was written or not. Record 41 would say 13 ^ 32 ^ 8 = 37 if it was.
 *
 * So no record may stay the newest of a row that has been updated since. An update of a whole stripe needs no partial parity.
 * It still logs an empty record if an older one of that stripe is in the log.
 */
export class StripeJournal {
  readonly #parts: StripeJournalParts
  /** The partial parity in the log, the oldest first. */
  #records: LiveRecord[] = []
  /** Updates that wait until the mirror has their partial parity. */
  #waiting: { readonly sequence: number; readonly go: (isSecured: boolean) => void }[] = []
  #mirroredTo = 0
  #committedTo = 0
  /** A claim on the drives makes this controller's log count without a mirror. */
  #isMirrorLeftOut = false

  constructor(parts: StripeJournalParts) {
    this.#parts = parts
  }

  /** Covers one write to the drives. */
  cover(volumeId: number, place: VolumePlace): StripeCover {
    const { live, events } = this.#parts
    let records: readonly LiveRecord[] = []
    return {
      secure: (partials, go) => {
        // A write to several slices of the volume asks once for each.
        records = [...records, ...partials.flatMap((partial) => this.#log(volumeId, place, partial))]
        const last = records.at(-1)
        if (last === undefined) go(true)
        else this.#whenStable(last.sequence, go)
      },
      release: () => {
        for (const record of records) live.close(record)
        if (records.length > 0) events.freed()
      },
    }
  }

  /** A new mirror begins. It has nothing yet. */
  mirrorBegun(): void {
    this.#isMirrorLeftOut = false
    this.#mirroredTo = 0
  }

  /** The mirror has every record up to this one. */
  mirrored(sequence: number): void {
    this.#mirroredTo = sequence
    this.#release(sequence)
  }

  /** This controller's NVRAM has every record up to this one. */
  committed(sequence: number): void {
    this.#committedTo = sequence
    if (this.#isMirrorLeftOut) this.#release(sequence)
  }

  /** The log counts without the mirror from now on, so no update waits for the mirror. */
  mirrorLeftOut(): void {
    this.#isMirrorLeftOut = true
    this.#release(this.#committedTo)
  }

  /** Updates that wait will not go to the drives. */
  stop(): void {
    for (const { go } of this.#waiting.splice(0)) go(false)
  }

  /** Lets the updates go that wait for this record or an older one. */
  #release(sequence: number): void {
    const stable = this.#waiting.filter((write) => write.sequence <= sequence)
    this.#waiting = this.#waiting.filter((write) => write.sequence > sequence)
    for (const { go } of stable) go(true)
  }

  #log(volumeId: number, { claim }: VolumePlace, part: PartialParity): LiveRecord[] {
    const { live, group, self, trace } = this.#parts
    const { firstBlock, blockCount, hasIndex, data } = part
    const entry = { volumeId, volumeEpoch: claim.epoch, firstBlock, blockCount, hasIndex, data }
    while ((this.#records[0]?.sequence ?? Infinity) < live.firstSequence) this.#records.shift()
    const range = { firstBlock: entry.firstBlock, endBlock: entry.firstBlock + entry.blockCount }
    if (data.length === 0 && !this.#records.some((record) => record.volumeId === volumeId && overlap(record, range))) return []
    if (!live.fits(RECORD_HEADER_BYTES + data.length)) {
      // There was room when the write was taken. Records that failed drives did not take have used it up since.
      trace.record({ place: `controller-${self}`, kind: 'nvram.unjournaled', data: { volumeId } })
      return []
    }
    const record = live.appendPartialParity(entry)
    this.#records.push(record)
    group.add(record)
    return [record]
  }

  #whenStable(sequence: number, go: (isSecured: boolean) => void): void {
    const { mode } = this.#parts.status
    if (mode === 'off') go(false)
    else if (this.#isMirrorLeftOut ? sequence <= this.#committedTo : mode === 'mirrored' && sequence <= this.#mirroredTo) go(true)
    else this.#waiting.push({ sequence, go })
  }
}
