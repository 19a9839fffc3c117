import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, TracePort } from '../../ports'
import type { CachePorts } from '../cache-status'
import type { Destager } from '../destage/destager'
import type { LiveLog, PartialParityEntry } from '../log/live-log'
import { journalBytesOf } from '../log/journal-room'
import { recordBytes, type LogRecord } from '../log/record'
import { replay, type ReplayOutcome } from './replay'
import { ReplayJournal } from './replay-journal'
import type { NvramSlot } from '../log/slot'

export interface CacheRecoveryParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly slot: NvramSlot
  readonly live: LiveLog
  readonly destager: Destager
  readonly ports: CachePorts
}

export interface RecoveryOutcome extends ReplayOutcome {
  readonly durationMs: number
  /** Records of failed volumes that there was no room to keep. */
  readonly lostRecords: number
}

/** Replays what counts in this NVRAM. Then makes its log and its mirror ready for new records. */
export class CacheRecovery {
  readonly #parts: CacheRecoveryParts
  /** Only the latest may go on. */
  #recoveries = 0

  constructor(parts: CacheRecoveryParts) {
    this.#parts = parts
  }

  /** A newcomer replays its whole slot. A survivor replays only the mirror, because its own log lives on. */
  run(state: ArrayState, isNew: boolean, done: (outcome: RecoveryOutcome) => void): void {
    const { clock, slot } = this.#parts
    const startedAtMs = clock.nowMs()
    const mirrored = slot.valid('mirror', state)
    const own = isNew ? slot.valid('log', state) : []
    const records = [...mirrored, ...own].sort((a, b) => a.volumeEpoch - b.volumeEpoch)
    const recovery = ++this.#recoveries
    const journal = new ReplayJournal({
      self: this.#parts.self,
      trace: this.#parts.trace,
      regions: [
        { ring: slot.mirror, records: mirrored },
        { ring: slot.log, records: own },
      ],
      mayGoOn: () => recovery === this.#recoveries,
    })
    replay(
      records,
      journal,
      (volumeId) => this.#parts.ports.place(volumeId),
      (outcome) => {
        if (recovery !== this.#recoveries) return
        const stamp = { base: state.mirrorEpoch ?? 0, newest: state.mirrorEpoch ?? 0 }
        if (isNew) slot.log.reset({ stamp })
        else slot.log.stampAs(stamp)
        const lostRecords = this.#keep(records.filter(({ volumeId }) => outcome.failedVolumes.includes(volumeId)))
        slot.voidMirror()
        const durationMs = clock.nowMs() - startedAtMs
        if (records.length > 0) {
          this.#parts.trace.record({
            place: `controller-${this.#parts.self}`,
            kind: 'nvram.replayed',
            data: { records: outcome.records, blocks: outcome.blocks, durationMs },
          })
        }
        done({ ...outcome, durationMs, lostRecords })
      },
    )
  }

  /** A replay that is under way ends without calling `done`. */
  cancel(): void {
    this.#recoveries++
  }

  /** What the drives did not take in a replay stays dirty and is tried again. Returns how many records do not fit in the log. */
  #keep(records: readonly LogRecord[]): number {
    const { live, destager } = this.#parts
    let lost = 0
    const entries: PartialParityEntry[] = []
    for (const record of records) {
      const { volumeId, firstBlock, blockCount, hasIndex, data } = record
      const place = this.#parts.ports.place(volumeId)
      const volumeEpoch = place?.claim.epoch
      if (record.parityBlocks !== undefined) {
        if (volumeEpoch !== undefined) entries.push({ volumeId, volumeEpoch, firstBlock, blockCount, hasIndex, data })
      } else if (volumeEpoch === undefined || !live.fits(recordBytes(blockCount))) lost++
      else {
        const io = { volumeId, volumeEpoch, firstBlock, blockCount, data: [data], forceUnitAccess: false, trace: undefined }
        destager.add(live.append(io, journalBytesOf(place, blockCount), () => undefined))
      }
    }
    // Their stripes may still be interrupted.
    for (const entry of entries) if (live.fits(recordBytes(0) + entry.data.length)) live.close(live.appendPartialParity(entry))
    // Before the mirror is made void: the records may be from there.
    this.#parts.slot.log.commit()
    return lost
  }
}
