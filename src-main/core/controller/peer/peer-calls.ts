import { assert } from '../../../base/assert'

const CALLS_PER_INCARNATION = 2 ** 40

/** Calls to the peer that wait for an answer, matched by `callId`. When the peer is lost, all of them end. */
export class PeerCalls<Answer> {
  readonly #limit: number
  readonly #waiting = new Map<number, (answer: Answer | 'peer-lost') => void>()
  #lastCallId: number

  /** Ids differ between incarnations, so an answer owed to an earlier one matches no call. */
  constructor(options: { readonly limit: number; readonly incarnation: number }) {
    this.#limit = options.limit
    this.#lastCallId = options.incarnation * CALLS_PER_INCARNATION
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#limit
  }

  /** Returns the id to send with the call. Check `isFull` first if the table can be full. */
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

  /** Ends the calls in their order, so that work that is repeated keeps it. */
  lose(): void {
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const done of lost) done('peer-lost')
  }
}
