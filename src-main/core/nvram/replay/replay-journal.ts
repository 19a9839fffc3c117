import { BLOCK_BYTES } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import { VolumeRows } from '../../mapping/volume-rows'
import type { PartialParity } from '../../raid/partial-parity'
import type { VolumePlace } from '../log/live-record'
import { encodeRecord, recordBytes, type LogRecord } from '../log/record'
import type { RingLog } from '../log/ring-log'

/** A region of the NVRAM slot, and what counts of it. */
export interface ReplayedRegion {
  readonly ring: RingLog
  readonly records: readonly LogRecord[]
}

export interface ReplayJournalParts {
  readonly self: ControllerId
  readonly trace: TracePort
  /** A volume's newest records are in the last one that has any. */
  readonly regions: readonly ReplayedRegion[]
  /** The replay is still the one that counts. */
  mayGoOn(): boolean
}

/**
 * A replay updates stripes as well, and may be cut short in the middle of it. So what it is about to change is said behind
 * the records that are replayed, in their own region: whoever replays that again finds it there as the newest.
 */
export class ReplayJournal {
  readonly #parts: ReplayJournalParts
  readonly #known = new Map<number, VolumeRows>()

  constructor(parts: ReplayJournalParts) {
    this.#parts = parts
    for (const { ring, records } of parts.regions) if (records.length > 0) ring.resume()
  }

  /** Tells the group of a volume which of its stripes may have been left half updated. */
  begin(volumeId: number, { io }: VolumePlace, updates: readonly LogRecord[]): void {
    const known = new VolumeRows(io.map)
    io.noteInterrupted(updates)
    for (const update of updates) known.note(update)
    this.#known.set(volumeId, known)
  }

  /** Before a write of the replay. What the region says already needs not to be said again. */
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
