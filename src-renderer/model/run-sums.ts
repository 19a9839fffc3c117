import type { LaneSpan, RunExperience, RunLane } from '../../src-main/contract/simulation'
import { firstFrom } from './answer-dots'

/** A stretch of a run. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

export interface RunSums extends Stretch {
  readonly outages: readonly { readonly lane: RunLane; readonly ms: number }[]
  /** Sent in the stretch, as far as they were traced. */
  readonly requests: number
  /** Sent again there. */
  readonly again: number
  /** Answers there that were not good. */
  readonly bad: number
  /** The longest wait for an answer that came there. */
  readonly longestMs: number
  /** Commands that were counted there and not traced. */
  readonly omitted: number
  /** Answers of the whole run that are not shown. Then the sums are too small. */
  readonly leftOut: number
}

const WHOLE: Stretch = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

/** How long nothing answered in a stretch. */
export function outageMs({ spans }: RunLane, { fromMs, toMs }: Stretch = WHOLE): number {
  return spans
    .filter(({ state }) => state === 'unanswered')
    .reduce((sum, span) => sum + Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)), 0)
}

export function sumsOf({ lanes, answers, commands }: RunExperience, stretch: Stretch): RunSums {
  const { fromMs, toMs } = stretch
  const isIn = (atMs: number) => atMs >= fromMs && atMs <= toMs
  let requests = commands.unansweredAtMs.filter(isIn).length
  let bad = 0
  let longestMs = 0
  // An answer in the stretch or after it may be one to a request of the stretch.
  for (let index = firstFrom(answers.atMs, fromMs); index < answers.atMs.length; index++) {
    const atMs = answers.atMs[index] ?? 0
    const latencyMs = answers.latencyMs[index] ?? 0
    const isBad = answers.outcome[index] === 'bad'
    if (!isBad && isIn(atMs - latencyMs)) requests++
    if (!isIn(atMs)) continue
    if (isBad) bad++
    longestMs = Math.max(longestMs, latencyMs)
  }
  return {
    ...stretch,
    outages: lanes.map((lane) => ({ lane, ms: outageMs(lane, stretch) })),
    requests,
    again: commands.againAtMs.filter(isIn).length,
    bad,
    longestMs,
    omitted: commands.omitted.reduce((sum, { atMs, commands: count }) => sum + (isIn(atMs) ? count : 0), 0),
    leftOut: answers.leftOut,
  }
}

/** The span of a lane at a moment. */
export function spanAt({ spans }: RunLane, atMs: number): LaneSpan | undefined {
  return spans.find(({ fromMs, toMs }) => fromMs <= atMs && toMs >= atMs)
}
