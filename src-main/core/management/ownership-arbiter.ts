import { assert } from '../../base/assert'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { PeerWords, TransferOutcome } from '../../contract/interconnect'
import { LIMITS } from '../../contract/limits'
import type { TraceId } from '../../contract/trace'
import type { TracePort } from '../ports'
import { arbiterOf } from '../controller/state/array-changes'
import type { ArrayStore } from '../controller/state/array-store'
import { PeerCalls } from '../controller/peer/peer-calls'
import type { PeerSession } from '../controller/peer/peer-session'

/** Which service request an event of a transfer belongs to, and what made it happen. */
export interface TransferTag {
  readonly request: string | undefined
  readonly cause: TraceId | undefined
}

export type TransferDone = (outcome: TransferOutcome, cause: TraceId | undefined) => void

interface Ask {
  readonly from: ControllerId
  readonly tag: TransferTag
  readonly done: TransferDone
}

/** One from each controller, which asks once for all requests that wait there. */
const ASKS_LIMIT = LIMITS.serviceOwnershipAsks

export interface OwnershipArbiterParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly store: ArrayStore
  readonly session: PeerSession
  readonly trace: TracePort
  /** For when this controller is the owner too. */
  readonly relinquishHere: (tag: TransferTag, done: TransferDone) => void
}

/**
 * The ownership arbiter of US 9,727,259. A controller asks it for service ownership. It asks the owner to relinquish, and grants
 * once the owner has acknowledged. It handles requests one at a time, in order. It stores no grants: the owner is a committed fact
 * of the array state, so an arbiter that dies leaves nothing behind.
 */
export class OwnershipArbiter {
  readonly #parts: OwnershipArbiterParts
  readonly #calls: PeerCalls<Extract<PeerWords, { type: 'owner-relinquished' }>>
  #asks: Ask[] = []
  #isBusy = false

  constructor(parts: OwnershipArbiterParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
  }

  ask(from: ControllerId, tag: TransferTag, done: TransferDone): void {
    assert(this.#asks.length < ASKS_LIMIT, `${ASKS_LIMIT} asks for service ownership wait`)
    this.#asks.push({ from, tag, done })
    this.#next()
  }

  /** The peer asks. */
  asked(words: Extract<PeerWords, { type: 'arbiter-ask' }>): void {
    const { callId, request } = words
    this.ask(peerOf(this.#parts.self), { request, cause: words.cause }, (outcome, cause) => {
      if (this.#parts.session.isEstablished) this.#parts.session.send({ type: 'arbiter-answer', callId, outcome, cause })
    })
  }

  relinquished(words: Extract<PeerWords, { type: 'owner-relinquished' }>): void {
    this.#calls.answer(words.callId, words)
  }

  /** Forgets the peer's requests, because the peer is gone. The takeover makes this controller the owner of everything. */
  peerLost(): void {
    this.#asks = this.#asks.filter(({ from }) => from === this.#parts.self)
    this.#calls.lose()
  }

  #next(): void {
    if (this.#isBusy) return
    const ask = this.#asks.shift()
    if (ask === undefined) return
    this.#isBusy = true
    const { state } = this.#parts.store
    if (state === undefined || arbiterOf(state) !== this.#parts.self) this.#end(ask, 'moot', ask.tag.cause)
    else if (state.serviceOwner === ask.from) this.#end(ask, 'given', ask.tag.cause)
    else this.#askOwner(ask, state.serviceOwner)
  }

  #askOwner(ask: Ask, owner: ControllerId): void {
    const { request } = ask.tag
    const cause = this.#record('owner.relinquish-asked', owner, ask.tag)
    const ended: TransferDone = (outcome, because) => this.#end(ask, outcome, because)
    if (owner === this.#parts.self) {
      this.#parts.relinquishHere({ request, cause }, ended)
      return
    }
    if (!this.#parts.session.isEstablished) {
      ended('moot', cause)
      return
    }
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') ended('moot', cause)
      else ended(answer.outcome, answer.cause)
    })
    this.#parts.session.send({ type: 'owner-relinquish', callId, request, cause })
  }

  #end(ask: Ask, outcome: TransferOutcome, because: TraceId | undefined): void {
    const { request } = ask.tag
    const cause = this.#record(outcome === 'given' ? 'arbiter.granted' : 'arbiter.refused', ask.from, { request, cause: because })
    ask.done(outcome, cause)
    this.#isBusy = false
    this.#next()
  }

  #record(kind: 'owner.relinquish-asked' | 'arbiter.granted' | 'arbiter.refused', to: ControllerId, tag: TransferTag): TraceId {
    return this.#parts.trace.record({ kind, place: `controller-${this.#parts.self}`, ...hopTo(this.#parts.self, to), ...tag })
  }
}

/** Without `to` if both roles are on one controller. */
export function hopTo(self: ControllerId, to: ControllerId): { readonly to?: `controller-${ControllerId}` } {
  return to === self ? {} : { to: `controller-${to}` }
}
