import { BLOCK_BYTES } from '../../base/units'
import type { CacheMode } from './cache-mode'
import type { LiveLog } from './live-log'
import type { LiveRecord, StripeCover, VolumePlace } from './live-record'
import { recordBytes } from './record'
import type { BlockRange } from './volume-dirt'

export interface StripeJournalParts {
  readonly live: LiveLog
  mode(): CacheMode
  /** Of a range, what the log has until it is on the drives. */
  dirtyRanges(volumeId: number, range: BlockRange): readonly BlockRange[]
  /** A record is in the log that the mirror needs too, where there is one. */
  logged(record: LiveRecord): void
  /** Records in the log are done. */
  released(): void
}

interface Fill {
  readonly volumeEpoch: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly data: Uint8Array
}

/**
 * A degraded stripe is updated in more than one place: in between, blocks of the drive that is out, which nobody writes,
 * can be had from neither parity nor anywhere. So they are in the log, here and in the mirror, as if written again, until
 * the update has ended. Where the log has no room the update goes on without.
 */
export class StripeJournal {
  readonly #parts: StripeJournalParts
  /** Writes to degraded stripes that wait until the mirror has what they would lose. */
  #waiting: { readonly sequence: number; readonly go: (isSecured: boolean) => void }[] = []
  #mirroredTo = 0
  /** The claim stands that makes this controller's log count without a mirror. */
  #isMirrorLeftOut = false

  constructor(parts: StripeJournalParts) {
    this.#parts = parts
  }

  /** For one write to the drives. */
  cover(volumeId: number, place: VolumePlace): StripeCover {
    const records: LiveRecord[] = []
    return {
      secure: (fills, go) => {
        for (const { firstBlock, data } of fills) records.push(...this.#logFill(volumeId, { volumeEpoch: place.claim.epoch, firstBlock: firstBlock - place.firstBlock, data }))
        this.#whenStable(go)
      },
      release: () => {
        for (const record of records) record.state = 'done'
        if (records.length > 0) this.#parts.released()
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
    const stable = this.#waiting.filter((write) => write.sequence <= sequence)
    this.#waiting = this.#waiting.filter((write) => write.sequence > sequence)
    for (const { go } of stable) go(true)
  }

  /** What is logged here counts by itself: nobody waits for a mirror any more. */
  mirrorLeftOut(): void {
    this.#isMirrorLeftOut = true
    for (const { go } of this.#waiting.splice(0)) go(true)
  }

  /** Nothing is written to the drives any more. */
  stop(): void {
    for (const { go } of this.#waiting.splice(0)) go(false)
  }

  /** But for blocks that a newer write in the log has, which cannot get to the drives before the stripe is free. */
  #logFill(volumeId: number, { volumeEpoch, firstBlock, data }: Fill): LiveRecord[] {
    const { live } = this.#parts
    const endBlock = firstBlock + data.length / BLOCK_BYTES
    const isOnItsWay = (record: LiveRecord): boolean => record.volumeId === volumeId && (record.state === 'logged' || record.state === 'through')
    const newer = [...this.#parts.dirtyRanges(volumeId, { firstBlock, endBlock }), ...live.records().filter(isOnItsWay)]
    const records: LiveRecord[] = []
    for (let block = firstBlock; block < endBlock; ) {
      const isLogged = (at: number): boolean => newer.some((range) => range.firstBlock <= at && at < range.endBlock)
      let end = block + 1
      while (end < endBlock && isLogged(end) === isLogged(block)) end++
      if (!isLogged(block) && live.fits(recordBytes(end - block))) {
        const part = data.subarray((block - firstBlock) * BLOCK_BYTES, (end - firstBlock) * BLOCK_BYTES)
        const record = live.append({ volumeId, volumeEpoch, firstBlock: block, blockCount: end - block, data: [part], forceUnitAccess: false, trace: undefined }, () => undefined)
        this.#parts.logged(record)
        records.push(record)
      }
      block = end
    }
    return records
  }

  #whenStable(go: (isSecured: boolean) => void): void {
    const sequence = this.#parts.live.lastSequence
    const mode = this.#parts.mode()
    if (mode === 'off') go(false)
    else if (this.#isMirrorLeftOut || (mode === 'mirrored' && sequence <= this.#mirroredTo)) go(true)
    else this.#waiting.push({ sequence, go })
  }
}
