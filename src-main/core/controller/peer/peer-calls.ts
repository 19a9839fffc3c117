import { assert } from '../../../base/assert'

const CALLS_PER_INCARNATION = 2 ** 40

/** Questions to the peer that wait for an answer. Answers come by `callId`; when the peer is lost, all learn of it. */
export class PeerCalls<Answer> {
  readonly #limit: number
  readonly #waiting = new Map<number, (answer: Answer | 'peer-lost') => void>()
  #lastCallId: number

  /** Ids differ from incarnation to incarnation: an answer that an earlier one was owed is nobody's. */
  constructor(options: { readonly limit: number; readonly incarnation: number }) {
    this.#limit = options.limit
    this.#lastCallId = options.incarnation * CALLS_PER_INCARNATION
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#limit
  }

  /** The id to send with the question. Callers check `isFull` first where a full table can happen. */
  begin(done: (answer: Answer | 'peer-lost') => void): number {
    assert(!this.isFull, () => `${this.#limit} calls wait for the peer`)
    const callId = ++this.#lastCallId
    this.#waiting.set(callId, done)
    return callId
  }

  answer(callId: number, answer: Answer): void {
    const done = this.#waiting.get(callId)
    this.#waiting.delete(callId)
    done?.(answer)
  }

  /** In the order of the calls, so that what is done again keeps its order. */
  lose(): void {
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const done of lost) done('peer-lost')
  }
}
