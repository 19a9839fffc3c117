import { failure } from '../../../base/result'
import type { ServiceError } from '../../../contract/service-request'
import { LIMITS } from '../../../contract/limits'
import type { TraceId } from '../../../contract/trace'
import { BUSY, STOPPED } from './commit-errors'
import type { CommitDone, StateChange } from './state-change'

/** A change on its way. */
export interface Commit {
  readonly change: StateChange
  readonly cause: TraceId | undefined
  readonly done: CommitDone
  /** It goes before all others. */
  readonly isFirst: boolean
  /** Proposed by the peer, which waits for the answer. */
  readonly isOfPeer: boolean
  attempts: number
}

/** Which changes may begin: none, only those that go before all others, or all. */
export type Admitted = 'nothing' | 'first' | 'all'

/** Changes that wait to be committed, one at a time. */
export class CommitQueue {
  #first: Commit[] = []
  #others: Commit[] = []
  #admitted: Admitted = 'nothing'
  #isActive = false
  #isStopped = false
  #whenIdle: (() => void) | undefined

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Nothing is under way, and nothing will begin. */
  get isPaused(): boolean {
    return this.#admitted === 'nothing' && !this.#isActive
  }

  get mayBegin(): boolean {
    return this.#admitted !== 'nothing' && !this.#isActive
  }

  /** False: there is no room, or it was stopped. Whoever asked for the change was told so. */
  push(commit: Commit): boolean {
    const isFull = !commit.isFirst && this.#others.length >= LIMITS.serviceRequestsUnderWay * 2
    if (this.#isStopped || isFull) {
      commit.done(failure(this.#isStopped ? STOPPED : BUSY))
      return false
    }
    this.#listOf(commit).push(commit)
    return true
  }

  /** Before all others, on the state that is then the newest. */
  putBack(commit: Commit): void {
    if (this.#isStopped) commit.done(failure(STOPPED))
    else this.#listOf(commit).unshift(commit)
  }

  /** The one whose turn it is. */
  take(): Commit | undefined {
    return this.#first.shift() ?? (this.#admitted === 'all' ? this.#others.shift() : undefined)
  }

  /** It is being written: no other one begins before `ended`. */
  began(): void {
    this.#isActive = true
  }

  ended(): void {
    this.#isActive = false
    const whenIdle = this.#whenIdle
    this.#whenIdle = undefined
    whenIdle?.()
  }

  /** Those of the peer are not committed here. */
  refusePeer(error: ServiceError): void {
    const refused = this.#others.filter(({ isOfPeer }) => isOfPeer)
    if (refused.length === 0) return
    this.#others = this.#others.filter(({ isOfPeer }) => !isOfPeer)
    for (const { done } of refused) done(failure(error))
  }

  /** Calls `idle` when nothing is being written any more; what comes in waits until something is admitted. */
  pause(idle: () => void): void {
    this.#admitted = 'nothing'
    if (this.#isActive) this.#whenIdle = idle
    else idle()
  }

  admit(admitted: Admitted): void {
    this.#admitted = admitted
  }

  stop(): void {
    this.#isStopped = true
    const waiting = [...this.#first, ...this.#others]
    this.#first = []
    this.#others = []
    for (const commit of waiting) commit.done(failure(STOPPED))
  }

  #listOf({ isFirst }: Commit): Commit[] {
    return isFirst ? this.#first : this.#others
  }
}
