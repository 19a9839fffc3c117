/** The clock that moves requests across the picture, in milliseconds of the page. */
export interface StageClock {
  nowMs(): number
  isRunning(): boolean
  /** Draw every request, not only as many as the eye can follow. */
  isCloseUp(): boolean
  /** Called when marks have been sent. A stopped clock may run until they arrive. */
  runUntil(untilMs: number): void
  onRun(listener: () => void): () => void
}

export const REAL_TIME: StageClock = {
  nowMs: () => performance.now(),
  isRunning: () => true,
  isCloseUp: () => false,
  runUntil: () => undefined,
  onRun: () => () => undefined,
}

/** Everything that one step moves arrives within this time, however many hops it takes. */
const STEP_MS = 460
/** Below this speed (virtual milliseconds per real one), the eye can follow every request. */
const CLOSE_UP_SPEED = 0.02
/** Below this speed the marks slow down as well. */
const FULL_MOTION_SPEED = 0.001
const MIN_RATE = 0.25

export interface PlayedClock extends StageClock {
  play(speed: number): void
  pause(): void
}

/** The clock of a played run. It stops with the player, and a step lets it run as long as the step's hops need. */
export function createPlayedClock(realMs: () => number = () => performance.now()): PlayedClock {
  const listeners = new Set<() => void>()
  let atMs = 0
  let sinceMs = realMs()
  let rate = 0
  let endMs = Number.POSITIVE_INFINITY
  let isPlaying = false
  let isCloseUp = true

  function nowMs(): number {
    return Math.min(endMs, atMs + (realMs() - sinceMs) * rate)
  }

  function run(nextRate: number, nextEndMs: number): void {
    atMs = nowMs()
    sinceMs = realMs()
    rate = nextRate
    endMs = nextEndMs
    if (rate > 0) for (const listener of listeners) listener()
  }

  return {
    nowMs,
    isRunning: () => rate > 0 && nowMs() < endMs,
    isCloseUp: () => isCloseUp,
    runUntil(untilMs) {
      const leftMs = untilMs - nowMs()
      if (!isPlaying && leftMs > 0) run(Math.max(1, leftMs / STEP_MS), untilMs)
    },
    onRun(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    play(speed) {
      isPlaying = true
      isCloseUp = speed <= CLOSE_UP_SPEED
      run(Math.min(1, Math.max(MIN_RATE, speed / FULL_MOTION_SPEED)), Number.POSITIVE_INFINITY)
    },
    pause() {
      if (!isPlaying) return
      isPlaying = false
      isCloseUp = true
      run(0, Number.POSITIVE_INFINITY)
    },
  }
}
