import { expect, it } from 'vitest'
import type { RunExperience, RunLane } from '../../../src-main/contract/simulation'
import { outageMs, spanAt, sumsOf } from '../../../src-renderer/model/run-sums'

const lane: RunLane = {
  of: { kind: 'lun', lun: 0 },
  leastMs: 10,
  spans: [
    { fromMs: 0, toMs: 100, state: 'answered' },
    { fromMs: 100, toMs: 130, state: 'unanswered' },
    { fromMs: 130, toMs: 500, state: 'answered' },
    { fromMs: 500, toMs: 700, state: 'unanswered' },
  ],
}
const experience: RunExperience = {
  acts: [],
  lanes: [lane],
  // Sent at 99, 100, 101 and 480. The second took two tries.
  answers: {
    atMs: [100, 103, 130, 131, 700],
    latencyMs: [1, 3, 30, 30, 220],
    outcome: ['good', 'bad', 'again', 'good', 'good'],
    lun: [0, 0, 0, 0, 0],
    event: [1, 2, 3, 4, 5],
    id: [1, 2, 3, 4, 5],
    leftOut: 0,
  },
  commands: { againAtMs: [104], unansweredAtMs: [650], omitted: [{ atMs: 650, commands: 7 }] },
}

it('the outage of a stretch is the part of each that is in it', () => {
  expect(outageMs(lane)).toBe(230)
  expect(outageMs(lane, { fromMs: 110, toMs: 600 })).toBe(120)
  expect(outageMs(lane, { fromMs: 200, toMs: 300 })).toBe(0)
})

it('requests count where they were sent, answers where they came', () => {
  expect(sumsOf(experience, { fromMs: 0, toMs: 1000 })).toMatchObject({ requests: 5, again: 1, bad: 1, longestMs: 220, omitted: 7 })
  expect(sumsOf(experience, { fromMs: 100, toMs: 130 })).toMatchObject({
    outages: [{ lane, ms: 30 }],
    requests: 2,
    again: 1,
    bad: 1,
    longestMs: 30,
    omitted: 0,
  })
  expect(sumsOf(experience, { fromMs: 470, toMs: 490 })).toMatchObject({ requests: 1, again: 0, bad: 0, longestMs: 0 })
})

it('the span at a moment is found, also that of a moment without one', () => {
  expect(spanAt(lane, 110)?.state).toBe('unanswered')
  expect(spanAt(lane, 800)).toBeUndefined()
})
