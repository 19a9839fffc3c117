import { assert } from '../../../base/assert'
import type { PeerWords } from '../../../contract/interconnect'
import type { NvramSlot } from '../log/slot'

export type MirrorWords = Extract<PeerWords, { type: 'nvram-begin' | 'nvram-append' | 'nvram-trim' | 'nvram-in-step' }>

/** The copy of the peer's log: takes it record by record as it comes, and says so. It is never looked into before a replay. */
export class MirrorReceiver {
  readonly #slot: NvramSlot
  readonly #parts: { readonly mirrorEpoch: () => number; readonly answer: (words: PeerWords) => void }
  #hasStream = false

  constructor(slot: NvramSlot, parts: { readonly mirrorEpoch: () => number; readonly answer: (words: PeerWords) => void }) {
    this.#slot = slot
    this.#parts = parts
  }

  hear(words: MirrorWords): void {
    const { mirror } = this.#slot
    if (words.type === 'nvram-begin') {
      this.#hasStream = true
      this.#slot.beginMirror(words)
      return
    }
    assert(this.#hasStream, () => `${words.type} without a stream`)
    switch (words.type) {
      case 'nvram-append':
        mirror.trimTo(words.trimmedTo)
        assert(words.firstSequence === mirror.nextSequence, () => `record ${words.firstSequence} for a mirror that expects ${mirror.nextSequence}`)
        for (const bytes of words.data) mirror.append(bytes)
        mirror.commit()
        this.#parts.answer({ type: 'nvram-appended', sequence: mirror.nextSequence - 1 })
        return
      case 'nvram-trim':
        mirror.trimTo(words.trimmedTo)
        return
      case 'nvram-in-step':
        mirror.stampAs({ base: this.#parts.mirrorEpoch(), newest: this.#parts.mirrorEpoch() })
        this.#parts.answer({ type: 'nvram-stamped' })
    }
  }

  /** The peer is lost; what it has sent stays for the replay. */
  end(): void {
    this.#hasStream = false
  }
}
