/** Every delay of a controller, in milliseconds unless counted in beats (one heartbeat interval each). */
export interface ControllerTimings {
  readonly heartbeatMs: number
  /** Beats without a word from the peer after which it is suspected. */
  readonly suspectAfterBeats: number
  /** Beats of silence after which the suspected peer is fenced: the room a slow controller has to recover. */
  readonly fenceAfterBeats: number
  /** Beats without a word from a peer that is powered and has not joined, after which it is fenced: the room a controller has to start. */
  readonly startWithinBeats: number
  /** How long I/O waits for ownership to settle before the initiator is told `transitioning`. */
  readonly holdMs: number
  /** Between attempts at something that the drives, or an address that is taken, refused. */
  readonly retryMs: number
  /** Room for the answer to leave before the controller that received the request goes down. */
  readonly answerBeforeDownMs: number
  /** How long a controller keeps service ownership at least, so that two that both want it do not only hand it about. */
  readonly serviceTenureMs: number
  /** How long the service owner waits for what it serves before it relinquishes anyway. */
  readonly relinquishMs: number
  readonly load: LoadTimings
}

/** When a volume moves by its load. */
export interface LoadTimings {
  readonly windowMs: number
  /** Windows in a row in which it must be so. */
  readonly windows: number
  /** Of all I/O, what arrives at the other controller: from 0 to 1. */
  readonly share: number
  /** Fewer in a window say nothing. */
  readonly minOperations: number
  /** How long a volume rests after a change of owner, and after one that was asked for. */
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
}

/** Attempts of a changing request against a configuration that others change at the same time. */
export const COMMIT_ATTEMPTS = 8
