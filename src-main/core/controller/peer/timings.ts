/** Every delay of a controller, in milliseconds unless counted in beats (one heartbeat interval each). */
export interface ControllerTimings {
  readonly heartbeatMs: number
  /** Beats without a word from the peer after which it is suspected. */
  readonly suspectAfterBeats: number
  /** Beats of silence after which the suspected peer is fenced. It gives a slow controller time to recover. */
  readonly fenceAfterBeats: number
  /** Beats of silence after which a peer that is powered but has not joined is fenced. It gives a controller time to start. */
  readonly startWithinBeats: number
  /** How long I/O waits for ownership to settle before the host gets `transitioning`. */
  readonly holdMs: number
  /** The delay before another attempt at something that the drives, or an address in use, refused. */
  readonly retryMs: number
  /** Time for the answer to leave before the controller that received the request goes down. */
  readonly answerBeforeDownMs: number
  /** The shortest time a controller keeps service ownership, so that two that both want it do not just pass it back and forth. */
  readonly serviceTenureMs: number
  /** How long the service owner waits for its requests to finish before it relinquishes anyway. */
  readonly relinquishMs: number
  readonly load: LoadTimings
  readonly rebuild: WalkPace
  readonly verification: WalkPace
}

/** How fast a walk through stripes goes, and how often it commits its progress. */
export interface WalkPace {
  /** Stripes per batch, and the rest between batches that leaves the drives to hosts. */
  readonly batchStripes: number
  readonly restMs: number
  /** Stripes between checkpoints. The next controller repeats the work since the last one, but each costs a commit. */
  readonly checkpointStripes: number
  /** The delay before another attempt after a failure. */
  readonly retryMs: number
}

/** When a volume moves by its load. */
export interface LoadTimings {
  readonly windowMs: number
  /** Consecutive windows in which `share` and `minOperations` must be reached. */
  readonly windows: number
  /** The share of all I/O that must arrive at the other controller, from 0 to 1. */
  readonly share: number
  /** The fewest operations in a window that count as load. */
  readonly minOperations: number
  /** How long a volume rests after a change of owner: `holdDownMs`, or `pauseMs` if the change was requested. */
  readonly holdDownMs: number
  readonly pauseMs: number
}

export const DEFAULT_TIMINGS: ControllerTimings = {
  heartbeatMs: 100,
  suspectAfterBeats: 5,
  fenceAfterBeats: 8,
  startWithinBeats: 100,
  holdMs: 10_000,
  retryMs: 200,
  answerBeforeDownMs: 100,
  serviceTenureMs: 20,
  relinquishMs: 1000,
  load: { windowMs: 1000, windows: 3, share: 0.75, minOperations: 50, holdDownMs: 30_000, pauseMs: 600_000 },
  rebuild: { batchStripes: 4, restMs: 5, checkpointStripes: 256, retryMs: 200 },
  verification: { batchStripes: 4, restMs: 10, checkpointStripes: 512, retryMs: 1000 },
}

/** How often a changing request is tried while others change the configuration too. */
export const COMMIT_ATTEMPTS = 8
