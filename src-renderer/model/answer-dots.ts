import type { AnswerOutcome, RunAnswers } from '../../src-main/contract/simulation'
import type { TimeScale } from './time-scale'

/** The scale of latencies is logarithmic. */
const LOWEST_MS = 0.1
const HIGHEST_MS = 10_000
const RANKS: Readonly<Record<AnswerOutcome, number>> = { good: 1, again: 2, bad: 3 }

/** Where latencies stand in a lane, from its top. */
export interface LatencyScale {
  readonly height: number
  yOf(latencyMs: number): number
}

export function latencyScale(height: number, edge: number): LatencyScale {
  const decades = Math.log(HIGHEST_MS / LOWEST_MS)
  return {
    height,
    yOf(latencyMs) {
      const share = Math.log(Math.min(HIGHEST_MS, Math.max(LOWEST_MS, latencyMs)) / LOWEST_MS) / decades
      return height - edge - share * (height - 2 * edge)
    },
  }
}

export interface AnswerDot {
  readonly x: number
  readonly y: number
  readonly outcome: AnswerOutcome
}

/** One dot a pixel, however many answers there are: the worst of those that are there. */
export function answerDots(answers: RunAnswers, scale: TimeScale, { height, yOf }: LatencyScale): readonly AnswerDot[] {
  const from = firstFrom(answers.atMs, scale.startMs)
  const until = firstFrom(answers.atMs, scale.endMs + 1e-3)
  const dots = new Map<number, AnswerDot>()
  for (let index = from; index < until; index++) {
    const x = Math.round(scale.xOf(answers.atMs[index] ?? 0))
    const y = Math.round(yOf(answers.latencyMs[index] ?? 0))
    const outcome = answers.outcome[index] ?? 'good'
    const pixel = x * height + y
    const there = dots.get(pixel)
    if (there === undefined || RANKS[outcome] > RANKS[there.outcome]) dots.set(pixel, { x, y, outcome })
  }
  return [...dots.values()].sort((one, other) => RANKS[one.outcome] - RANKS[other.outcome])
}

/** The number of the answer whose dot is nearest to a point, at most so many pixels away. */
export function answerNear(
  answers: RunAnswers,
  { scale, latency, x, y, within }: { scale: TimeScale; latency: LatencyScale; x: number; y: number; within: number },
): number | undefined {
  let nearest: number | undefined
  let nearestPixels = within
  for (let index = firstFrom(answers.atMs, scale.msOf(x - within)); index < answers.atMs.length; index++) {
    const dx = scale.xOf(answers.atMs[index] ?? 0) - x
    if (dx > within) break
    const pixels = Math.hypot(dx, latency.yOf(answers.latencyMs[index] ?? 0) - y)
    if (pixels > nearestPixels) continue
    nearest = index
    nearestPixels = pixels
  }
  return nearest
}

/** The first place in an ordered list with at least that value. */
export function firstFrom(ordered: readonly number[], value: number): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ordered[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
