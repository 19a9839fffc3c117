import { assert, present } from '../../../base/assert'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { ClockPort, TracePort, TraceTag } from '../../ports'
import type { CacheStatus } from '../cache-status'
import type { LiveRecord } from '../log/live-record'
import type { RingLog } from '../log/ring-log'

/** Of one message, when the mirror is brought in step: the session bounds its messages. */
const RESYNC_RECORDS = 256
/** After which the mirror learns of what was trimmed when nothing else is sent. */
const TRIM_NEWS_MS = 50

export interface MirrorSenderParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly status: CacheStatus
  readonly log: RingLog
  send(words: PeerWords): void
}

/** Keeps the mirror at the peer as this controller's log is: what was appended, and what was trimmed. */
export class MirrorSender {
  readonly #parts: MirrorSenderParts
  #isTrimNewsDue = false
  /** What the mirror knows of. */
  #trimmedTo = 0
  /** The newest record that the mirror will have when all messages have arrived. */
  #sentTo = 0

  constructor(parts: MirrorSenderParts) {
    this.#parts = parts
  }

  /** All that is in the log goes first; the answer to its end says that the mirror counts. */
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

  /** Records one behind the other in the log, at least one. */
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

  /** The mirror says that it has all up to this record. */
  acknowledged(sequence: number): void {
    assert(sequence <= this.#sentTo, () => `the mirror has record ${sequence}, and ${this.#sentTo} was the last that was sent`)
  }

  /** Says with the next record what was trimmed, or, where none comes, after a while. */
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
