import { BLOCK_BYTES } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import { VolumeRows } from '../../mapping/volume-rows'
import type { PartialParity } from '../../raid/partial-parity'
import type { VolumePlace } from '../log/live-record'
import { encodeRecord, recordBytes, type LogRecord } from '../log/record'
import type { RingLog } from '../log/ring-log'

/** A region of the NVRAM slot, and its records that count. */
export interface ReplayedRegion {
  readonly ring: RingLog
  readonly records: readonly LogRecord[]
}

export interface ReplayJournalParts {
  readonly self: ControllerId
  readonly trace: TracePort
  /** The newest records of a volume are in the last region that has any. */
  readonly regions: readonly ReplayedRegion[]
  /** This is still the latest replay. */
  mayGoOn(): boolean
}

/**
 * A replay updates stripes too, and may be interrupted itself. So it logs partial parity as well, behind the records that it
 * replays and in the same region. There the next replay finds it as the newest.
 *
 * An example: the mirror has records 40 to 43. The replay appends the partial parity of its first update as record 44, writes
 * the stripe, and dies. The next replay reads records 40 to 44. For the rows of that stripe it believes record 44.
 */
export class ReplayJournal {
  readonly #parts: ReplayJournalParts
  readonly #known = new Map<number, VolumeRows>()

  constructor(parts: ReplayJournalParts) {
    this.#parts = parts
    for (const { ring, records } of parts.regions) if (records.length > 0) ring.resume()
  }

  /** Tells the groups of a volume which of its stripes may be interrupted. */
  begin(volumeId: number, { io }: VolumePlace, updates: readonly LogRecord[]): void {
    const known = new VolumeRows(io.map)
    io.noteInterrupted(updates)
    for (const update of updates) known.note(update)
    this.#known.set(volumeId, known)
  }

  /** Called before a write of the replay. What the region says already is not logged again. */
  secure(volumeId: number, place: VolumePlace, partials: readonly PartialParity[], go: (isSecured: boolean) => void): void {
    const mayGoOn = this.#parts.mayGoOn()
    if (mayGoOn) {
      for (const partial of partials) this.#log(volumeId, place, partial)
      for (const { ring } of this.#parts.regions) ring.commit()
    }
    go(mayGoOn)
  }

  #log(volumeId: number, { claim }: VolumePlace, partial: PartialParity): void {
    const { self, trace, regions } = this.#parts
    const ring = regions.findLast(({ records }) => records.some((record) => record.volumeId === volumeId))?.ring
    const known = this.#known.get(volumeId)
    if (ring === undefined || known?.has(partial) === true) return
    if (!ring.fits(recordBytes(0) + partial.data.length)) {
      trace.record({ place: `controller-${self}`, kind: 'nvram.unjournaled', data: { volumeId } })
      return
    }
    const { firstBlock, blockCount, hasIndex, data } = partial
    const parityBlocks = data.length / BLOCK_BYTES
    const { nextSequence: sequence, logEpoch } = ring
    const head = { sequence, logEpoch, volumeId, volumeEpoch: claim.epoch, firstBlock, blockCount, hasIndex, parityBlocks }
    ring.append(encodeRecord(head, [data]))
    known?.note(partial)
  }
}
