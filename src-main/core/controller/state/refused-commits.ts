import { ok } from '../../../base/result'
import type { ClockPort } from '../../ports'
import type { CommitDone, StateChange } from './state-change'

export interface RefusedCommitsParts {
  readonly clock: ClockPort
  readonly retryMs: number
  commit(change: StateChange, done: CommitDone): void
  isStopped(): boolean
}

/**
 * A change that too few drives took does not count here. But the next takeover starts from the newest state that it finds on any
 * drive, and that may be this one. Only a newer state on a majority of the drives rules that out. A part that wants to continue
 * as if the change had never been made waits for that first.
 *
 * An example with five drives, so a majority of three. Controller A owns volume 7 in epoch 4, recorded in generation 41. It gives
 * the volume to B: generation 42 says B, epoch 5. One drive takes that, then four stop answering.
 *
 *     drive            0    1    2    3    4
 *     generation      42   41   41   41   41     refused: one of five
 *
 * A continues with 41, in which it still owns the volume. The four drives answer again. Suppose A acknowledged a write to volume
 * 7 now, logged for epoch 4 in both NVRAMs, and died. B would find 42, in which it owns the volume in epoch 5, and its replay
 * would skip a record of epoch 4: the write would be lost. So A keeps the I/O of volume 7 waiting and commits generation 43, with
 * the same content as 41:
 *
 *     drive            0    1    2    3    4
 *     generation      42   43   43   43   41     committed: three of five
 *
 * Any three drives now include one with 43, which is newer than 42. Every reader finds volume 7 with A in epoch 4, and A lets its
 * I/O continue. If the four drives had stayed away, A would try again every `retryMs`.
 */
export class RefusedCommits {
  readonly #parts: RefusedCommitsParts
  /** A change that was refused may still be the newest on a drive. */
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

  /** Calls `run`, at once or later, when no reader can adopt the refused change, or this controller has stopped. */
  whenGone(run: () => void): void {
    if (!this.#isLeft || this.#parts.isStopped()) {
      run()
      return
    }
    this.#waiting.push(run)
    this.#overwrite()
  }

  /** Commits the same state in a newer generation. */
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
