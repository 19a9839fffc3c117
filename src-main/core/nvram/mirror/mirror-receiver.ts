import { assert } from '../../../base/assert'
import type { PeerWords } from '../../../contract/interconnect'
import type { CacheStatus } from '../cache-status'
import type { NvramSlot } from '../log/slot'

export type MirrorWords = Extract<PeerWords, { type: 'nvram-begin' | 'nvram-append' | 'nvram-trim' | 'nvram-in-step' }>

export interface MirrorReceiverParts {
  readonly slot: NvramSlot
  readonly status: CacheStatus
  answer(words: PeerWords): void
}

/** Keeps the copy of the peer's log. It writes all records of a message at once, and then says so. Nobody reads it before a replay. */
export class MirrorReceiver {
  readonly #parts: MirrorReceiverParts
  #hasStream = false

  constructor(parts: MirrorReceiverParts) {
    this.#parts = parts
  }

  hear(words: MirrorWords): void {
    const { slot, status, answer } = this.#parts
    const { mirror } = slot
    if (words.type === 'nvram-begin') {
      this.#hasStream = true
      slot.beginMirror(words)
      return
    }
    assert(this.#hasStream, () => `${words.type} without a stream`)
    switch (words.type) {
      case 'nvram-append':
        mirror.trimTo(words.trimmedTo)
        assert(
          words.firstSequence === mirror.nextSequence,
          () => `record ${words.firstSequence} for a mirror that expects ${mirror.nextSequence}`,
        )
        for (const bytes of words.data) mirror.append(bytes)
        mirror.commit()
        answer({ type: 'nvram-appended', sequence: mirror.nextSequence - 1 })
        return
      case 'nvram-trim':
        mirror.trimTo(words.trimmedTo)
        return
      case 'nvram-in-step':
        mirror.stampAs({ base: status.mirrorEpoch, newest: status.mirrorEpoch })
        answer({ type: 'nvram-stamped' })
    }
  }

  /** The peer is lost. What it has sent stays for the replay. */
  end(): void {
    this.#hasStream = false
  }
}
