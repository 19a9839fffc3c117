import { ok } from '../../../base/result'
import type { ClockPort } from '../../ports'
import type { CommitDone, StateChange } from './committer'

export interface RefusedCommitsParts {
  readonly clock: ClockPort
  readonly retryMs: number
  commit(change: StateChange, done: CommitDone): void
  isStopped(): boolean
}

/**
 * A change that too few drives took does not count here. But it may stand on one of them, and be the newest state that
 * whoever comes next finds, and goes by. Only a newer state on a majority ends that: whoever is to go on as if the change
 * had never been waits for it.
 */
export class RefusedCommits {
  readonly #parts: RefusedCommitsParts
  #isLeft = false
  #isTrying = false
  #waiting: (() => void)[] = []

  constructor(parts: RefusedCommitsParts) {
    this.#parts = parts
  }

  noteRefused(): void {
    this.#isLeft = true
  }

  /** A newer state is committed. */
  noteCommitted(): void {
    this.#isLeft = false
  }

  /** Calls `run`, at once or later, when nobody will go by what was refused, or this controller has stopped. */
  whenGone(run: () => void): void {
    if (!this.#isLeft || this.#parts.isStopped()) {
      run()
      return
    }
    this.#waiting.push(run)
    this.#overwrite()
  }

  /** By the same state as before, in a newer generation. */
  #overwrite(): void {
    if (this.#isTrying) return
    this.#isTrying = true
    this.#parts.commit(
      (state) => ok(this.#isLeft ? { ...state } : state),
      (outcome) => {
        this.#isTrying = false
        if (!outcome.ok && !this.#parts.isStopped()) this.#parts.clock.after(this.#parts.retryMs, () => this.#overwrite())
        else for (const run of this.#waiting.splice(0)) run()
      },
    )
  }
}
