import { performance } from 'node:perf_hooks'
import type { ClockPort, Timer } from '../core/ports'
import type { Reactor } from './reactor'

/**
 * The trace clock: milliseconds since the lab started, the same in every thread of the process. Threads have their own
 * `performance.now`, so each takes its offset once from the process-wide monotonic clock.
 */
export type TraceClock = () => number

/** What a thread hands to the others as the zero of the trace clock, in nanoseconds. */
export function clockOrigin(): bigint {
  return process.hrtime.bigint()
}

export function traceClock(originNs: bigint): TraceClock {
  const offsetMs = Number(process.hrtime.bigint() - originNs) / 1e6 - performance.now()
  return () => offsetMs + performance.now()
}

export function createClock(options: { readonly now: TraceClock; readonly reactor: Reactor }): ClockPort {
  const { now, reactor } = options
  return {
    nowMs: now,
    after(delayMs: number, run: () => void): Timer {
      const timeout = setTimeout(() => reactor.turn(run), Math.max(0, delayMs))
      return { cancel: () => clearTimeout(timeout) }
    },
  }
}
