import { ok } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, TracePort } from '../../ports'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { WalkPace } from '../peer/timings'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import type { VolumeService } from '../volumes/volume-service'

/** What a walk and its jobs need from their controller. */
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

/**
 * - `good`: continue
 * - `lost`: another controller continues
 * - `failed`: try again later
 * - `giveUp`: it can never succeed; commit this change of the state
 */
export type BatchOutcome = 'good' | 'lost' | 'failed' | { readonly giveUp: (state: ArrayState) => ArrayState }

/** Work on a run of stripes, done in batches, and how the array state records its progress. */
export interface StripeJob {
  /** Numbered within the group or within the volume, as the job chooses. */
  readonly fromStripe: number
  readonly endStripe: number
  /** Whether `state` still assigns the job to this controller, under the same claim. */
  isMine(state: ArrayState): boolean
  visit(batch: StripeBatch, done: (outcome: BatchOutcome) => void): void
  /** Makes the visited stripes as safe as the next checkpoint will say they are. */
  secure(done: (isSecured: boolean) => void): void
  /** The state in which all stripes before `beforeStripe` are recorded as done. At `endStripe` the job is complete. */
  withDone(state: ArrayState, beforeStripe: number): ArrayState
  /** Called once the end of the job is committed. */
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
  /** The committed state records the stripes before this one as done. */
  checkpoint: number
}

/**
 * Works through stripes in the background, one job at a time. A later controller knows only from the array state what is done. So
 * every few hundred stripes the walk makes a checkpoint: the job secures its work, then a commit records it.
 *
 * A walk never pauses. Before each batch it asks whether the job is still this controller's. If not, because the volume is moving
 * or the controller is not serving, the walk ends. It resumes from the last checkpoint when `review` finds the job again, here or
 * at the other controller. After a fault it does the same, but later.
 *
 * Example: 600 stripes, batches of 4, checkpoints every 256. The state says 256 after batch 64, 512 after batch 128, and 600
 * after batch 150. A controller that takes over during batch 100 begins at stripe 256.
 */
export class StripeWalk {
  readonly #parts: WalkParts
  readonly #pace: WalkPace
  readonly #find: (state: ArrayState) => StripeJob | undefined
  #run: Run | undefined

  /** `find` returns the next job for this controller. It is called only while the controller is serving. */
  constructor(parts: WalkParts, pace: WalkPace, find: (state: ArrayState) => StripeJob | undefined) {
    this.#parts = parts
    this.#pace = pace
    this.#find = find
  }

  /** Call when ownership, claims, or the work to do may have changed. */
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

  /** Calls `then` once the progress is committed, or once the commit finds that the job is another controller's. */
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
