import { assert } from '../../base/assert'
import { failure, ok } from '../../base/result'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { ArrayState } from '../../contract/array-state'
import type { PeerWords, TransferOutcome } from '../../contract/interconnect'
import type { ServiceError } from '../../contract/service-request'
import type { TraceId, TraceKind } from '../../contract/trace'
import type { ClockPort, MidplanePort, Timer, TracePort } from '../ports'
import { arbiterOf, withServiceOwner } from '../controller/state/array-changes'
import type { ArrayStore } from '../controller/state/array-store'
import type { Committer } from '../controller/state/committer'
import { PeerCalls } from '../controller/peer/peer-calls'
import type { Signal } from '../controller/peer/signal'
import type { PeerSession } from '../controller/peer/peer-session'
import type { Standing } from '../controller/peer/standing'
import type { ControllerTimings } from '../controller/peer/timings'
import { SERVICE_SLOT } from '../controller/state/state-drives'
import { hopTo, OwnershipArbiter, type TransferDone, type TransferTag } from './ownership-arbiter'

interface Relinquishing {
  readonly tag: TransferTag
  readonly done: TransferDone
  readonly timers: readonly Timer[]
  tenureIsOver: boolean
  patienceIsOver: boolean
  isCommitting: boolean
}

const MOOT: ServiceError = { code: 'conflict', message: 'Service ownership is not to be given any more.' }

export interface ServiceTransferParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly clock: ClockPort
  readonly store: ArrayStore
  readonly session: PeerSession
  readonly committer: Committer
  readonly midplane: MidplanePort
  readonly trace: TracePort
  readonly timings: Pick<ControllerTimings, 'serviceTenureMs' | 'relinquishMs'>
  readonly standing: Standing
  /** Requests that waited for ownership can be reviewed. `outcome` answers this controller's ask, else it is `moot`. */
  readonly transferEnded: Signal<[outcome: TransferOutcome, cause: TraceId | undefined]>
}

/**
 * Moves service ownership to the controller that received a request (scheme transfer-ownership). This class plays the receiver and
 * the owner; the arbiter is separate. The owner first finishes what it serves, for a bounded time. Requests that arrive meanwhile
 * wait and ask for ownership in their turn, so neither side can starve the other. Then the owner commits the new owner as its last
 * commit, under its own epoch. So commits stay ordered, and a survivor finds the owner on the drives, whichever controller died.
 */
export class ServiceTransfer {
  readonly arbiter: OwnershipArbiter
  readonly #parts: ServiceTransferParts
  readonly #calls: PeerCalls<Extract<PeerWords, { type: 'arbiter-answer' }>>
  #isAsking = false
  #relinquishing: Relinquishing | undefined
  #serving = 0
  #ownerSinceMs = 0

  constructor(parts: ServiceTransferParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
    this.arbiter = new OwnershipArbiter({ ...parts, relinquishHere: (tag, done) => this.#relinquish(tag, done) })
  }

  installed(state: ArrayState, previous: ArrayState | undefined): void {
    const { self, clock } = this.#parts
    if (state.serviceOwner === self && previous?.serviceOwner !== self) this.#ownerSinceMs = clock.nowMs()
  }

  /** Ownership is moving to or from this controller, so new requests wait. */
  get isUnderWay(): boolean {
    return this.#isAsking || this.#relinquishing !== undefined
  }

  /** Asks the arbiter once for all waiting requests. A transfer away from here finishes first. */
  ask(tag: TransferTag): void {
    const { state } = this.#parts.store
    if (this.isUnderWay || state === undefined) return
    this.#isAsking = true
    const { request } = tag
    const arbiter = arbiterOf(state)
    const cause = this.#record('arbiter.asked', arbiter, tag)
    if (arbiter === this.#parts.self) {
      this.arbiter.ask(this.#parts.self, { request, cause }, (outcome, because) => this.#answered(outcome, because))
      return
    }
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') this.#answered('moot', cause)
      else this.#answered(answer.outcome, answer.cause)
    })
    this.#parts.session.send({ type: 'arbiter-ask', callId, request, cause })
  }

  answered(words: Extract<PeerWords, { type: 'arbiter-answer' }>): void {
    this.#calls.answer(words.callId, words)
  }

  /** The peer is the arbiter and asks this owner to relinquish. */
  relinquishAsked(words: Extract<PeerWords, { type: 'owner-relinquish' }>): void {
    const { callId, request } = words
    this.#relinquish({ request, cause: words.cause }, (outcome, cause) => {
      if (this.#parts.session.isEstablished) this.#parts.session.send({ type: 'owner-relinquished', callId, outcome, cause })
    })
  }

  peerLost(): void {
    if (this.#relinquishing?.isCommitting === false) this.#keep(this.#relinquishing, 'moot', 'the other controller is lost')
    this.#calls.lose()
    this.arbiter.peerLost()
  }

  /** A request is being served here; the owner relinquishes when it has ended. */
  servingBegan(): void {
    this.#serving++
  }

  servingEnded(): void {
    this.#serving--
    assert(this.#serving >= 0, 'more requests ended than began')
    this.#review()
  }

  #answered(outcome: TransferOutcome, cause: TraceId | undefined): void {
    this.#isAsking = false
    this.#parts.transferEnded.tell(outcome, cause)
  }

  #relinquish(tag: TransferTag, done: TransferDone): void {
    const { state } = this.#parts.store
    if (state?.serviceOwner !== this.#parts.self || state.dispatchScheme !== 'transfer-ownership' || this.#relinquishing !== undefined) {
      done('moot', tag.cause)
      return
    }
    const {
      self,
      clock,
      trace,
      timings: { serviceTenureMs, relinquishMs },
    } = this.#parts
    const preparing = trace.record({ kind: 'owner.preparing', place: `controller-${self}`, ...tag, data: { serving: this.#serving } })
    const tenureMs = Math.max(0, this.#ownerSinceMs + serviceTenureMs - clock.nowMs())
    const timers = [
      clock.after(tenureMs, () => {
        relinquishing.tenureIsOver = true
        this.#review()
      }),
      clock.after(relinquishMs, () => {
        relinquishing.patienceIsOver = true
        this.#review()
      }),
    ]
    const relinquishing: Relinquishing = {
      tag: { ...tag, cause: preparing },
      done,
      timers,
      tenureIsOver: tenureMs === 0,
      patienceIsOver: false,
      isCommitting: false,
    }
    this.#relinquishing = relinquishing
    this.#review()
  }

  #review(): void {
    const relinquishing = this.#relinquishing
    if (relinquishing === undefined || relinquishing.isCommitting || !relinquishing.tenureIsOver) return
    if (this.#serving > 0 && !relinquishing.patienceIsOver) return
    relinquishing.isCommitting = true
    this.#handOver(relinquishing)
  }

  /** Commits the new owner after all commits that already wait. */
  #handOver(relinquishing: Relinquishing): void {
    const owner = peerOf(this.#parts.self)
    this.#parts.committer.commit(
      (state) => {
        const isWanted = state.serviceOwner === this.#parts.self && state.dispatchScheme === 'transfer-ownership'
        if (!isWanted || !this.#parts.standing.peerIsMember) return failure(MOOT)
        return ok(withServiceOwner(state, { owner, claimEpoch: this.#parts.midplane.claimEpoch(SERVICE_SLOT) }))
      },
      relinquishing.tag.cause,
      (outcome) => {
        if (!outcome.ok) this.#keep(relinquishing, outcome.error === MOOT ? 'moot' : 'refused', outcome.error.message)
        else this.#end(relinquishing, 'given', this.#record('owner.relinquished', this.#arbiter(), relinquishing.tag))
      },
    )
  }

  #keep(relinquishing: Relinquishing, outcome: 'moot' | 'refused', reason: string): void {
    this.#end(relinquishing, outcome, this.#record('owner.kept', this.#arbiter(), relinquishing.tag, { reason }))
  }

  #end(relinquishing: Relinquishing, outcome: TransferOutcome, cause: TraceId): void {
    if (this.#relinquishing !== relinquishing) return
    this.#relinquishing = undefined
    for (const timer of relinquishing.timers) timer.cancel()
    relinquishing.done(outcome, cause)
    this.#parts.transferEnded.tell('moot', undefined)
  }

  #arbiter(): ControllerId {
    const { state } = this.#parts.store
    return state === undefined ? this.#parts.self : arbiterOf(state)
  }

  #record(kind: TraceKind, to: ControllerId, tag: TransferTag, data?: { readonly reason: string }): TraceId {
    return this.#parts.trace.record({ kind, place: `controller-${this.#parts.self}`, ...hopTo(this.#parts.self, to), ...tag, data })
  }
}
