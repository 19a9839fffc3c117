import { describe, expect, it } from 'vitest'
import { SIMULATION_BOUNDS, type AnswerOutcome } from '../../../src-main/contract/simulation'
import type { HostAnswer } from '../../../src-main/player/host-commands'
import { RunAnswerList } from '../../../src-main/player/run-answers'

const { maxAnswers } = SIMULATION_BOUNDS

function answer(id: number, latencyMs: number, outcome: AnswerOutcome = 'good'): HostAnswer {
  return { id, event: id, atMs: id, lun: 0, latencyMs, outcome, isFollowed: true }
}

function listed(answers: readonly HostAnswer[]) {
  const list = new RunAnswerList()
  for (const one of answers) list.add(one)
  return list.all
}

describe('answers of a run', () => {
  it('stay within their bound, in order; none is left out that took long or failed, and it is told how many are', () => {
    const all = Array.from({ length: 5 * maxAnswers }, (_, id) =>
      id % 1000 === 7 ? answer(id, 500) : id % 1000 === 8 ? answer(id, 1, 'bad') : answer(id, 1),
    )
    const { atMs, latencyMs, outcome, leftOut } = listed(all)
    expect(atMs.length).toBeLessThanOrEqual(maxAnswers)
    expect(atMs.length).toBeGreaterThan(maxAnswers / 4)
    expect(atMs.length + leftOut).toBe(5 * maxAnswers)
    expect(atMs).toEqual([...atMs].sort((one, other) => one - other))
    expect(latencyMs.filter((ms) => ms === 500)).toHaveLength((5 * maxAnswers) / 1000)
    expect(outcome.filter((one) => one === 'bad')).toHaveLength((5 * maxAnswers) / 1000)
  })

  it('are bounded also where all took long', () => {
    const { atMs } = listed(Array.from({ length: 3 * maxAnswers }, (_, id) => answer(id, 500)))
    expect(atMs.length).toBeLessThanOrEqual(maxAnswers)
    expect(atMs.at(-1)).toBe(3 * maxAnswers - 1)
  })
})
