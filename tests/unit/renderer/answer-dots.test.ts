import { describe, expect, it } from 'vitest'
import type { AnswerOutcome, RunAnswers } from '../../../src-main/contract/simulation'
import { answerDots, answerNear, latencyScale } from '../../../src-renderer/model/answer-dots'
import { timeScale } from '../../../src-renderer/model/time-scale'

type Answer = readonly [atMs: number, latencyMs: number, outcome?: AnswerOutcome]

export function answersOf(answers: readonly Answer[]): RunAnswers {
  return {
    atMs: answers.map(([atMs]) => atMs),
    latencyMs: answers.map(([, latencyMs]) => latencyMs),
    outcome: answers.map(([, , outcome]) => outcome ?? 'good'),
    lun: answers.map(() => 0),
    event: answers.map((_, index) => index + 1),
    id: answers.map((_, index) => index + 1),
    leftOut: 0,
  }
}

const latency = latencyScale(58, 5)
const scale = timeScale({ startMs: 0, endMs: 1000, width: 1000, inset: 0 })

describe('dots of answers', () => {
  it('stand higher the longer an answer took, within the lane', () => {
    const [low = 0, high = 0, highest = 0] = [1, 100, 1e6].map((ms) => latency.yOf(ms))
    expect(low).toBeGreaterThan(high)
    expect(high).toBeGreaterThan(highest)
    expect(highest).toBe(5)
    expect(latency.yOf(0)).toBe(53)
  })

  it('show the worst of what falls on one pixel, and draw it last', () => {
    const dots = answerDots(
      answersOf([
        [10, 1, 'bad'],
        [10.1, 1],
        [10.2, 1, 'again'],
        [20, 1],
      ]),
      scale,
      latency,
    )
    expect(dots.map(({ x, outcome }) => [x, outcome])).toEqual([
      [20, 'good'],
      [10, 'bad'],
    ])
  })

  it('are those of the part of the run that is shown', () => {
    const part = timeScale({ startMs: 15, endMs: 25, width: 1000, inset: 0 })
    expect(
      answerDots(
        answersOf([
          [10, 1],
          [20, 1],
          [30, 1],
        ]),
        part,
        latency,
      ),
    ).toHaveLength(1)
  })

  it('are no more than there are pixels, and soon known, for 100,000 answers', () => {
    const answers = answersOf(Array.from({ length: 100_000 }, (_, index) => [index / 100, (index % 977) / 10] as const))
    const before = performance.now()
    const dots = answerDots(answers, scale, latency)
    // On a busy machine it takes a few times as long as it should.
    expect(performance.now() - before).toBeLessThan(400)
    expect(dots.length).toBeLessThan(1001 * 58)
  })

  it('are found by pointing near them', () => {
    const answers = answersOf([
      [100, 1],
      [104, 100],
      [300, 1],
    ])
    const near = (x: number, y: number) => answerNear(answers, { scale, latency, x, y, within: 7 })
    expect(near(102, latency.yOf(1))).toBe(0)
    expect(near(102, latency.yOf(100))).toBe(1)
    expect(near(200, latency.yOf(1))).toBeUndefined()
    expect(near(300, latency.yOf(1000))).toBeUndefined()
  })
})
