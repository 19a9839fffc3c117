import { assert } from '../../../base/assert'
import { BLOCK_BYTES } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import { indexBlocks, type PartialParity } from '../../raid/partial-parity'
import type { CacheStatus } from '../cache-status'
import type { GroupCommit } from '../log/group-commit'
import type { LiveLog } from '../log/live-log'
import type { LiveRecord, StripeCover, VolumePlace } from '../log/live-record'
import { RECORD_HEADER_BYTES, recordBytes } from '../log/record'
import { overlap } from './volume-dirt'

/** Of any RAID level. */
const MAX_PARITY_COUNT = 2

export interface StripeJournalParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly status: CacheStatus
  readonly live: LiveLog
  readonly group: GroupCommit
  readonly events: {
    /** Records in the log are done. */
    freed(): void
  }
}

/**
 * A stripe with parity is updated in more than one place: in between, a block that nobody writes cannot be had without its
 * drive. So what it can be had from is in the log, here and in the mirror, before the first write to the drives: the
 * partial parity of the rows. The newest record of a row is true until a newer one is there: what an update changes of a
 * row whose last record is not trimmed is said by a record of its own, though it may need none for itself.
 */
export class StripeJournal {
  readonly #parts: StripeJournalParts
  /** Those that are in the log, the oldest first. */
  #records: LiveRecord[] = []
  /** Updates that wait until the mirror has what they would lose. */
  #waiting: { readonly sequence: number; readonly go: (isSecured: boolean) => void }[] = []
  #mirroredTo = 0
  #committedTo = 0
  /** The claim stands that makes this controller's log count without a mirror. */
  #isMirrorLeftOut = false

  constructor(parts: StripeJournalParts) {
    this.#parts = parts
  }

  /** For one write to the drives. */
  cover(volumeId: number, place: VolumePlace): StripeCover {
    const { live, events } = this.#parts
    let records: readonly LiveRecord[] = []
    return {
      secure: (partials, go) => {
        // A volume in several slices asks for each of them.
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

  /** A new mirror is begun: it has nothing yet. */
  mirrorBegun(): void {
    this.#isMirrorLeftOut = false
    this.#mirroredTo = 0
  }

  /** The mirror has all up to this record. */
  mirrored(sequence: number): void {
    this.#mirroredTo = sequence
    this.#release(sequence)
  }

  /** All up to this record is in the NVRAM of this controller. */
  committed(sequence: number): void {
    this.#committedTo = sequence
    if (this.#isMirrorLeftOut) this.#release(sequence)
  }

  /** What is logged here counts by itself: nobody waits for a mirror any more. */
  mirrorLeftOut(): void {
    this.#isMirrorLeftOut = true
    this.#release(this.#committedTo)
  }

  /** Nothing is written to the drives any more. */
  stop(): void {
    for (const { go } of this.#waiting.splice(0)) go(false)
  }

  /** Those that wait for nothing newer than this record. */
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
      // There was room for it when the write was taken: somebody kept what failed drives did not take.
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

/**
 * Most that the partial parity takes of the log when a write of this length goes to the drives, whatever it goes there with:
 * a row of each parity for each of its blocks, and an index, in the stripe of its beginning and in that of its end.
 */
export function journalBytesOf(place: VolumePlace | undefined, blockCount: number): number {
  const parityCount = place?.io.parityCount ?? 0
  return parityCount === 0 ? 0 : journalBytes(blockCount, parityCount)
}

/**
 * Of a write that an empty log has room for, with all that its stripes need: once for their update and once for its replay.
 * An example: a log of 15,296 bytes takes a write of 4 blocks at the most. Its record has 2,112 bytes, and each of the two
 * updates at most 8 blocks of parity, two of indexes and two headers, 5,248 bytes: 12,608 together.
 */
export function maxBlocksOf(capacityBytes: number): number {
  let blockCount = Math.floor(capacityBytes / BLOCK_BYTES)
  while (blockCount > 0 && recordBytes(blockCount) + 2 * journalBytes(blockCount, MAX_PARITY_COUNT) > capacityBytes) blockCount--
  assert(blockCount > 0, () => `a log of ${capacityBytes} bytes takes no write`)
  return blockCount
}

function journalBytes(blockCount: number, parityCount: number): number {
  return recordBytes(blockCount * parityCount + 2 * indexBlocks(blockCount)) + RECORD_HEADER_BYTES
}
