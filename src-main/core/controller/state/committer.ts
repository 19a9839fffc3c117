import { assert, present } from '../../../base/assert'
import { failure, ok, type Result } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { ServiceError } from '../../../contract/service-request'
import type { TraceId } from '../../../contract/trace'
import type { ClockPort, MidplanePort, TracePort } from '../../ports'
import { hasSameSlot } from '../../raid/superblock'
import type { ArrayStore } from './array-store'
import { CONFLICT, STOPPED, writeError } from './commit-errors'
import { CommitQueue, type Commit } from './commit-queue'
import { PeerCalls } from '../peer/peer-calls'
import type { PeerSession } from '../peer/peer-session'
import type { Signal } from '../peer/signal'
import type { Standing } from '../peer/standing'
import { RefusedCommits } from './refused-commits'
import type { CommitDone, StateChange } from './state-change'
import { SERVICE_SLOT, type StateDrives, type StateWriteOutcome } from './state-drives'
import { COMMIT_ATTEMPTS, type ControllerTimings } from '../peer/timings'

type CommitOutcome = Extract<PeerWords, { type: 'commit-outcome' }>
type CommitPropose = Extract<PeerWords, { type: 'commit-propose' }>

export interface CommitterParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly store: ArrayStore
  readonly stateDrives: StateDrives
  readonly session: PeerSession
  readonly trace: TracePort
  readonly clock: ClockPort
  readonly midplane: MidplanePort
  readonly timings: Pick<ControllerTimings, 'retryMs'>
  readonly standing: Standing
  /** The drives refused the claim: another controller is the service owner. */
  readonly claimLost: Signal
}

/**
 * Commits changes of the array state, one at a time. The service owner orders them: it writes a majority of the drives
 * and flushes them, installs the state here and at the peer, and only then is a change done. The other controller
 * proposes; a proposal that is not based on the newest state comes back and its change is run again.
 */
export class Committer {
  readonly #parts: CommitterParts
  readonly #proposals: PeerCalls<CommitOutcome>
  readonly #installs: PeerCalls<undefined>
  readonly #refused: RefusedCommits
  readonly #queue = new CommitQueue()
  /** The highest generation ever written here: one that reached only few drives is not used for another state. */
  #triedGeneration = 0

  constructor(parts: CommitterParts) {
    this.#parts = parts
    this.#proposals = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
    this.#installs = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
    const {
      clock,
      timings: { retryMs },
    } = parts
    this.#refused = new RefusedCommits({
      clock,
      retryMs,
      commit: (change, done) => this.commit(change, undefined, done),
      isStopped: () => this.#queue.isStopped,
    })
  }

  commit(change: StateChange, cause: TraceId | undefined, done: CommitDone): void {
    this.#enqueue({ change, cause, done, isFirst: false, isOfPeer: false })
  }

  /**
   * The same, for a caller that goes on as before if the commit fails. `done` then waits until no drive can still show the change.
   */
  commitOrOverwrite(change: StateChange, cause: TraceId | undefined, done: CommitDone): void {
    this.commit(change, cause, (outcome) => {
      if (outcome.ok) done(outcome)
      else this.#refused.whenGone(() => done(outcome))
    })
  }

  /**
   * Goes first, even during a replay, because I/O waits for it.
   */
  commitFirst(change: StateChange, done: CommitDone): void {
    this.#enqueue({ change, cause: undefined, done, isFirst: true, isOfPeer: false })
  }

  /**
   * Commits which drives have stored the claim. From then on, a drive that is put back from a copy made before the claim is
   * noticed, even if nothing else is ever committed.
   */
  recordStored(): void {
    if (!this.#isOwner()) return
    this.commit(
      (state) => ok(this.#parts.stateDrives.withStored(state)),
      undefined,
      () => undefined,
    )
  }

  /**
   * A drive was taken in for its rebuild: writes the state to it, and then commits what it has stored. From then on, it is noticed if
   * another one is in its place.
   */
  recordTakenIn(): void {
    if (!this.#isOwner()) return
    this.commit(
      (state) => ok({ ...state }),
      undefined,
      () => this.recordStored(),
    )
  }

  /** Calls `idle` when nothing is being written any more; what comes in waits for `resume`. */
  pause(idle: () => void): void {
    this.#queue.pause(idle)
  }

  /** The claim or the welcome is committed, and a replay follows. */
  resumeFirst(): void {
    this.#queue.admit('first')
    this.#next()
  }

  resume(): void {
    this.#queue.admit('all')
    this.#next()
  }

  stop(): void {
    this.#queue.stop()
  }

  /**
   * The claim of a controller that makes itself the owner: straight to the drives, while the queue is paused. Not
   * flushed, since that would be on the way of a takeover (see `ClaimStability`).
   */
  writeClaim(
    { newest, state }: { readonly newest: ArrayState; readonly state: ArrayState },
    cause: TraceId | undefined,
    done: (outcome: StateWriteOutcome) => void,
  ): void {
    assert(this.#queue.isPaused, 'a claim is written while commits are under way')
    const { stateDrives } = this.#parts
    stateDrives.whenStable(newest, { epoch: state.serviceEpoch, cause }, (stable) => {
      if (stable !== 'written') return done(stable)
      const next = { ...stateDrives.withStored(state), generation: this.#nextGeneration(newest) }
      stateDrives.write(next, { flush: false, cause }, (outcome) => {
        if (outcome === 'written') this.#install(next, cause)
        done(outcome)
      })
    })
  }

  /** From the peer, which is not the service owner. */
  proposed(words: CommitPropose): void {
    const change: StateChange = (state) => (state.generation === words.base ? ok(words.state) : failure(CONFLICT))
    const done: CommitDone = (outcome) => {
      if (!this.#parts.session.isEstablished) return
      const { callId } = words
      if (outcome.ok) this.#parts.session.send({ type: 'commit-outcome', callId, outcome: 'committed' })
      else if (outcome.error.code === 'conflict') this.#parts.session.send({ type: 'commit-outcome', callId, outcome: 'conflict' })
      else this.#parts.session.send({ type: 'commit-outcome', callId, outcome: 'failed', error: outcome.error })
    }
    if (this.#isOwner()) this.#enqueue({ change, cause: words.cause, done, isFirst: false, isOfPeer: true })
    else done(failure(CONFLICT))
  }

  answered(words: CommitOutcome): void {
    this.#proposals.answer(words.callId, words)
  }

  installFromPeer(words: Extract<PeerWords, { type: 'state-install' }>): void {
    const { serviceOwner, serviceEpoch } = words.state
    const isMadeOwner = serviceOwner === this.#parts.self && this.#parts.store.state?.serviceEpoch !== serviceEpoch
    // From here on superblocks of older service epochs are refused; false if a newer one stands.
    const isClaimed = !isMadeOwner || this.#parts.midplane.raiseClaim({ slot: SERVICE_SLOT, epoch: serviceEpoch })
    this.#parts.stateDrives.noteStable(words.state.generation)
    this.#install(words.state, words.cause)
    this.#parts.session.send({ type: 'state-installed', callId: words.callId })
    if (!isClaimed) this.#parts.claimLost.tell()
  }

  installedAtPeer(callId: number): void {
    this.#installs.answer(callId, undefined)
  }

  peerLost(): void {
    this.#proposals.lose()
    this.#installs.lose()
  }

  #enqueue(commit: Omit<Commit, 'attempts'>): void {
    if (this.#queue.push({ ...commit, attempts: 0 })) this.#next()
  }

  #next(): void {
    if (!this.#queue.mayBegin) return
    // What the peer proposed to an owner that is none any more, the peer itself commits: it is the owner now. To propose it
    // back would have each controller wait for the other.
    if (!this.#isOwner()) this.#queue.refusePeer(CONFLICT)
    const commit = this.#queue.take()
    if (commit === undefined) return
    const state = present(this.#parts.store.state, 'array state')
    const changed = commit.change(state)
    if (!changed.ok || changed.value === state) {
      commit.done(changed)
      this.#next()
      return
    }
    this.#queue.began()
    if (state.serviceOwner === this.#parts.self) this.#commitAsOwner(commit, state, changed.value)
    else this.#propose(commit, state.generation, changed.value)
  }

  #commitAsOwner(commit: Commit, standing: ArrayState, changed: ArrayState): void {
    const { stateDrives } = this.#parts
    // The owner that gives its ownership away writes that under its own epoch, which is the last it writes.
    const how = { epoch: standing.serviceEpoch, cause: commit.cause }
    stateDrives.whenStable(standing, how, (stable) => {
      const next = { ...stateDrives.withStored(changed), generation: this.#nextGeneration(standing) }
      if (stable !== 'written') this.#written(commit, next, stable)
      else stateDrives.write(next, { ...how, flush: true }, (outcome) => this.#written(commit, next, outcome))
    })
  }

  #written(commit: Commit, next: ArrayState, outcome: StateWriteOutcome): void {
    if (outcome !== 'written') {
      if (outcome === 'no-majority' || outcome === 'no-space') this.#refused.noteRefused()
      this.#finish(commit, failure(writeError(outcome)))
      if (outcome === 'stale-epoch') this.#parts.claimLost.tell()
      return
    }
    const cause = this.#install(next, commit.cause)
    if (!this.#parts.standing.peerIsMember) {
      this.#finish(commit, ok(next))
      return
    }
    // A peer that dies before it answers reads the state from the drives when it comes back.
    const callId = this.#installs.begin(() => this.#finish(commit, ok(next)))
    this.#parts.session.send({ type: 'state-install', callId, state: next, cause })
  }

  #propose(commit: Commit, base: number, state: ArrayState): void {
    const callId = this.#proposals.begin((answer) => {
      if (answer === 'peer-lost') this.#again(commit)
      else if (answer.outcome === 'committed') this.#finish(commit, ok(present(this.#parts.store.state, 'array state')))
      else if (answer.outcome === 'failed') {
        this.#refused.noteRefused()
        this.#finish(commit, failure(answer.error ?? STOPPED))
      } else if (++commit.attempts < COMMIT_ATTEMPTS) this.#again(commit)
      else this.#finish(commit, failure(CONFLICT))
    })
    const { cause } = commit
    if (this.#parts.standing.peerIsMember) this.#parts.session.send({ type: 'commit-propose', callId, base, state, cause })
  }

  #isOwner(): boolean {
    return this.#parts.store.state?.serviceOwner === this.#parts.self
  }

  #finish(commit: Commit, outcome: Result<ArrayState, ServiceError>): void {
    commit.done(outcome)
    this.#queue.ended()
    this.#next()
  }

  #again(commit: Commit): void {
    this.#queue.putBack(commit)
    this.#queue.ended()
    this.#next()
  }

  /** Never one that takes the slot of the state that stands: if a write of it is cut short, that state must still be there. */
  #nextGeneration({ generation }: ArrayState): number {
    const next = Math.max(this.#triedGeneration, generation, this.#parts.store.state?.generation ?? 0) + 1
    this.#triedGeneration = hasSameSlot(next, generation) ? next + 1 : next
    return this.#triedGeneration
  }

  #install(state: ArrayState, cause: TraceId | undefined): TraceId {
    const kind = state.serviceOwner === this.#parts.self ? 'configuration.committed' : 'configuration.installed'
    const id = this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind, cause, data: { generation: state.generation } })
    this.#refused.noteCommitted()
    this.#parts.store.install(state)
    return id
  }
}
