import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, TracePort } from '../../ports'
import type { CachePorts } from '../cache-status'
import type { GroupCommit } from '../log/group-commit'
import type { LiveLog, PartialParityEntry } from '../log/live-log'
import type { LiveRecord } from '../log/live-record'
import { journalBytesOf } from '../log/journal-room'
import { recordBytes, recordBytesOf, type LogRecord } from '../log/record'
import { keptRecords } from './kept-records'
import { replay, type ReplayOutcome } from './replay'
import { ReplayJournal } from './replay-journal'
import type { NvramSlot } from '../log/slot'

export interface CacheRecoveryParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly slot: NvramSlot
  readonly group: GroupCommit
  readonly live: LiveLog
  readonly ports: CachePorts
}

export interface RecoveryOutcome extends ReplayOutcome {
  readonly durationMs: number
  /** Records of failed volumes that there was no room to keep. */
  readonly lostRecords: number
}

/** `kept`: in the log again, since the drives did not take them. They are dirty from now on, the oldest first. */
export type RecoveryDone = (outcome: RecoveryOutcome, kept: readonly LiveRecord[]) => void

interface Recovery {
  readonly state: ArrayState
  readonly isNew: boolean
  readonly startedAtMs: number
  readonly done: RecoveryDone
}

const RETRY_MS = 1000

/** Replays what counts in this NVRAM. Then makes its log and its mirror ready for new records. */
export class CacheRecovery {
  readonly #parts: CacheRecoveryParts
  /** Only the latest may go on. */
  #recoveries = 0

  constructor(parts: CacheRecoveryParts) {
    this.#parts = parts
  }

  /** A newcomer replays its whole slot. A survivor replays only the mirror, because its own log lives on. */
  run(state: ArrayState, isNew: boolean, done: RecoveryDone): void {
    this.#run({ state, isNew, startedAtMs: this.#parts.clock.nowMs(), done })
  }

  #run(recovered: Recovery): void {
    const { slot, self, trace, ports } = this.#parts
    const { mirrored, own } = this.#valid(recovered)
    const records = inOrder(mirrored, own)
    const recovery = ++this.#recoveries
    const mayGoOn = (): boolean => recovery === this.#recoveries
    const regions = [
      { ring: slot.mirror, records: mirrored },
      { ring: slot.log, records: own },
    ]
    const journal = new ReplayJournal({ self, trace, regions, mayGoOn })
    replay(
      records,
      journal,
      (volumeId) => ports.place(volumeId),
      (outcome) => {
        if (!mayGoOn()) return
        if (this.#finish(recovered, outcome)) return
        // There will be room on the drives one day, and nothing that was acknowledged may be given up before.
        this.#parts.clock.after(RETRY_MS, () => mayGoOn() && this.#run(recovered))
      },
    )
  }

  #valid({ state, isNew }: Recovery): { readonly mirrored: readonly LogRecord[]; readonly own: readonly LogRecord[] } {
    const { slot } = this.#parts
    return { mirrored: slot.valid('mirror', state), own: isNew ? slot.valid('log', state) : [] }
  }

  /** False if the drives have no room, and the log has none for what they did not take. Nothing has changed then. */
  #finish(recovered: Recovery, outcome: ReplayOutcome): boolean {
    const { clock, slot, group, trace, self } = this.#parts
    const { state, isNew, startedAtMs } = recovered
    const isLeft = ({ volumeId }: LogRecord): boolean => outcome.failedVolumes.includes(volumeId)
    // With the partial parity that the replay itself has logged.
    const { mirrored, own } = this.#valid(recovered)
    const left = inOrder(mirrored, own).filter(isLeft)
    const again = keptRecords(left, (volumeId) => this.#parts.ports.place(volumeId)?.io.map)
    const leftBytes = again.reduce((sum, record) => sum + recordBytesOf(record), 0)
    // What only the log of a newcomer has must stay there until it is there again, under the new epoch.
    const isInPlace = isNew && own.some(isLeft) && slot.log.fits(leftBytes)
    const isReset = isNew && !isInPlace
    if (outcome.isShortOfRoom && (isReset ? own.some(isLeft) || leftBytes > slot.log.capacityBytes : !slot.log.fits(leftBytes)))
      return false
    const stamp = { base: state.mirrorEpoch ?? 0, newest: state.mirrorEpoch ?? 0 }
    if (isReset) slot.log.reset({ stamp })
    else slot.log.stampAs(stamp)
    // Writes that came in this turn are in the log before what is kept.
    group.commit()
    const firstKept = slot.log.nextSequence
    const kept: LiveRecord[] = []
    const lostRecords = this.#keep(again, kept)
    if (isInPlace) slot.log.trimTo(firstKept)
    slot.voidMirror()
    const durationMs = clock.nowMs() - startedAtMs
    if (mirrored.length + own.length > 0) {
      const data = { records: outcome.records, blocks: outcome.blocks, durationMs }
      trace.record({ place: `controller-${self}`, kind: 'nvram.replayed', data })
    }
    recovered.done({ ...outcome, durationMs, lostRecords }, kept)
    return true
  }

  /** A replay that is under way ends without calling `done`. */
  cancel(): void {
    this.#recoveries++
  }

  /**
   * Logs again what the drives did not take in a replay. Returns how many records do not fit in the log. None of them may be tried
   * before all are logged: a try logs partial parity itself.
   */
  #keep(records: readonly LogRecord[], kept: LiveRecord[]): number {
    const { live } = this.#parts
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
        kept.push(live.append(io, journalBytesOf(place, blockCount), () => undefined))
      }
    }
    // Their stripes may still be interrupted.
    for (const entry of entries) if (live.fits(recordBytes(0) + entry.data.length)) live.close(live.appendPartialParity(entry))
    // Before the mirror is made void: the records may be from there.
    this.#parts.slot.log.commit()
    return lost
  }
}

function inOrder(mirrored: readonly LogRecord[], own: readonly LogRecord[]): readonly LogRecord[] {
  return [...mirrored, ...own].sort((a, b) => a.volumeEpoch - b.volumeEpoch)
}
