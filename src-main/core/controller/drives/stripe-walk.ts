import { ok } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, TracePort } from '../../ports'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import type { VolumeService } from '../volumes/volume-service'

/** What a walk needs of its controller, and its jobs with it. */
export interface WalkParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly log: EventLog
  readonly store: ArrayStore
  readonly committer: Committer
  readonly volumes: VolumeService
  readonly standing: Pick<Standing, 'isServing'>
}

/** How fast a walk goes, and how often it says how far it is. */
export interface WalkPace {
  /** Stripes at a time, and the rest between: hosts come first. */
  readonly batchStripes: number
  readonly restMs: number
  /** A controller that goes on after this one begins at the last checkpoint: as often as commits are worth it. */
  readonly checkpointStripes: number
  /** Before it is tried again, after something has failed. */
  readonly retryMs: number
}

/**
 * - `good`: go on
 * - `lost`: another controller goes on
 * - `failed`: try again later
 * - `giveUp`: it will never succeed; this change of the state says so
 */
export type BatchOutcome = 'good' | 'lost' | 'failed' | { readonly giveUp: (state: ArrayState) => ArrayState }

/** What is done with some stripes, one batch after the other, and how the array state says how far that is. */
export interface StripeJob {
  /** Of the group or the volume, as the job counts. */
  readonly fromStripe: number
  readonly endStripe: number
  /** Whether the job is still to be done by this controller, and under the same claim, as `state` has it. */
  isMine(state: ArrayState): boolean
  visit(batch: StripeBatch, done: (outcome: BatchOutcome) => void): void
  /** What was visited is as safe as the state is about to say. */
  secure(done: (isSecured: boolean) => void): void
  /** The state that says that all stripes before this one are done. The job is over with `endStripe`. */
  withDone(state: ArrayState, beforeStripe: number): ArrayState
  /** The state says that all of it is done. */
  ended?(): void
}

export interface StripeBatch {
  readonly firstStripe: number
  /** At least 1. */
  readonly stripeCount: number
}

/** One job under way. */
interface Run {
  readonly job: StripeJob
  nextStripe: number
  /** The state says that the stripes before this one are done. */
  checkpoint: number
}

/**
 * Goes over stripes in the background, one job at a time. What a job has done counts for those who come later by what the
 * array state says. So every few hundred stripes the walk makes a checkpoint: first the job secures what it has done, then
 * the state says so.
 *
 * A walk has no pause of its own. It asks before every batch whether the job is still this controller's. Where it is not,
 * since the volume moves or the controller does not serve, the walk ends, and begins at the last checkpoint when `review`
 * finds the job again, here or at the other controller. The same happens after a fault, after some time.
 *
 * An example: 600 stripes, batches of 4, checkpoints every 256. The state says 256 after batch 64, 512 after batch 128,
 * and 600 after batch 150. A controller that takes over while batch 100 is under way begins at stripe 256.
 */
export class StripeWalk {
  readonly #parts: WalkParts
  readonly #pace: WalkPace
  readonly #find: (state: ArrayState) => StripeJob | undefined
  #run: Run | undefined

  /** `find` gives the next job that this controller has to do, and is asked only while it serves. */
  constructor(parts: WalkParts, pace: WalkPace, find: (state: ArrayState) => StripeJob | undefined) {
    this.#parts = parts
    this.#pace = pace
    this.#find = find
  }

  /** Ownership, claims or what there is to do may have changed. */
  review(): void {
    const { state } = this.#parts.store
    if (this.#run !== undefined || state === undefined || !this.#parts.standing.isServing) return
    const job = this.#find(state)
    if (job === undefined) return
    const run: Run = { job, nextStripe: job.fromStripe, checkpoint: job.fromStripe }
    this.#run = run
    this.#parts.clock.after(0, () => this.#step(run))
  }

  #step(run: Run): void {
    const { job, nextStripe } = run
    const { state } = this.#parts.store
    if (state === undefined || !job.isMine(state)) return this.#end(0)
    if (nextStripe >= job.endStripe) return this.#checkpoint(run, () => this.#end(0))
    const stripeCount = Math.min(this.#pace.batchStripes, job.endStripe - nextStripe)
    job.visit({ firstStripe: nextStripe, stripeCount }, (outcome) => {
      if (outcome === 'good') this.#goOn(run, stripeCount)
      else if (outcome === 'lost') this.#end(0)
      else if (outcome === 'failed') this.#end(this.#pace.retryMs)
      else this.#giveUp(run, outcome.giveUp)
    })
  }

  #goOn(run: Run, stripeCount: number): void {
    const { clock } = this.#parts
    const { restMs, checkpointStripes } = this.#pace
    run.nextStripe += stripeCount
    const rest = (): void => void clock.after(restMs, () => this.#step(run))
    if (run.nextStripe - run.checkpoint >= checkpointStripes && run.nextStripe < run.job.endStripe) this.#checkpoint(run, rest)
    else rest()
  }

  /** `then` is called when the state says how far the job is, or that it is not this controller's any more. */
  #checkpoint(run: Run, then: () => void): void {
    const { job, nextStripe } = run
    job.secure((isSecured) => {
      if (!isSecured) return this.#end(this.#pace.retryMs)
      let isMine = false
      const change = (state: ArrayState): ArrayState => {
        isMine = job.isMine(state)
        return isMine ? job.withDone(state, nextStripe) : state
      }
      this.#parts.committer.commit(
        (state) => ok(change(state)),
        undefined,
        (outcome) => {
          if (!outcome.ok) return this.#end(this.#pace.retryMs)
          run.checkpoint = nextStripe
          if (isMine && nextStripe === job.endStripe) job.ended?.()
          then()
        },
      )
    })
  }

  #giveUp({ job }: Run, giveUp: (state: ArrayState) => ArrayState): void {
    const { committer } = this.#parts
    committer.commit(
      (state) => ok(job.isMine(state) ? giveUp(state) : state),
      undefined,
      () => this.#end(this.#pace.retryMs),
    )
  }

  #end(reviewAfterMs: number): void {
    this.#run = undefined
    this.#parts.clock.after(reviewAfterMs, () => this.review())
  }
}
