import { assert, present } from '../../../base/assert'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { ClockPort, TracePort, TraceTag } from '../../ports'
import type { CacheStatus } from '../cache-status'
import type { LiveRecord } from '../log/live-record'
import type { RingLog } from '../log/ring-log'

/** Records in one message while the mirror is brought in step. The session bounds the size of its messages. */
const RESYNC_RECORDS = 256
/** If nothing else is sent, the mirror learns of a trim after this time. */
const TRIM_NEWS_MS = 50

export interface MirrorSenderParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly status: CacheStatus
  readonly log: RingLog
  send(words: PeerWords): void
}

/** Keeps the mirror at the peer equal to this controller's log: sends what was appended, and what was trimmed. */
export class MirrorSender {
  readonly #parts: MirrorSenderParts
  #isTrimNewsDue = false
  /** The last trim that the mirror was told of. */
  #trimmedTo = 0
  /** The newest record that was sent. */
  #sentTo = 0

  constructor(parts: MirrorSenderParts) {
    this.#parts = parts
  }

  /** Sends everything in the log, and that the mirror is in step then. The answer to that says that the mirror counts. */
  begin(records: readonly LiveRecord[]): void {
    const { log, send } = this.#parts
    this.#trimmedTo = log.firstSequence
    this.#sentTo = log.nextSequence - 1
    send({ type: 'nvram-begin', logEpoch: log.logEpoch, firstSequence: log.firstSequence })
    for (let at = 0; at < records.length; at += RESYNC_RECORDS) {
      const some = records.slice(at, at + RESYNC_RECORDS)
      const [first] = some
      if (first !== undefined)
        send({ type: 'nvram-append', firstSequence: first.sequence, trimmedTo: log.firstSequence, data: some.map(({ bytes }) => bytes) })
    }
    send({ type: 'nvram-in-step' })
  }

  /** At least one record. They follow each other in the log. */
  append(records: readonly LiveRecord[]): void {
    const { log, send } = this.#parts
    const { sequence: firstSequence } = present(records[0], 'a record to mirror')
    assert(firstSequence === this.#sentTo + 1, () => `record ${firstSequence} goes to the mirror behind ${this.#sentTo}`)
    this.#sentTo = firstSequence + records.length - 1
    const trimmedTo = Math.min(log.firstSequence, firstSequence)
    this.#trimmedTo = trimmedTo
    for (const record of records) if (record.trace !== undefined) this.#traceHop(record, record.trace)
    send({ type: 'nvram-append', firstSequence, trimmedTo, data: records.map(({ bytes }) => bytes) })
  }

  #traceHop({ volumeId, sequence, bytes }: LiveRecord, tag: TraceTag): void {
    const { self, trace } = this.#parts
    const hop = { place: `controller-${self}`, to: `controller-${peerOf(self)}` } as const
    trace.record({ ...tag, ...hop, kind: 'nvram.mirrored', data: { volumeId, sequence, byteCount: bytes.length } })
  }

  /** The mirror has every record up to this one. */
  acknowledged(sequence: number): void {
    assert(sequence <= this.#sentTo, () => `the mirror has record ${sequence}, and ${this.#sentTo} was the last that was sent`)
  }

  /** Tells the mirror of a trim: with the next record or, if none comes, after a while. */
  trimmed(): void {
    const { clock, log, status } = this.#parts
    if (this.#isTrimNewsDue || status.mode !== 'mirrored') return
    this.#isTrimNewsDue = true
    clock.after(TRIM_NEWS_MS, () => {
      this.#isTrimNewsDue = false
      const trimmedTo = log.firstSequence
      if (status.mode !== 'mirrored' || trimmedTo <= this.#trimmedTo) return
      this.#trimmedTo = trimmedTo
      this.#parts.send({ type: 'nvram-trim', trimmedTo })
    })
  }
}
