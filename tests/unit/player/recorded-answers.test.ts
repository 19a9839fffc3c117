import { describe, expect, it } from 'vitest'
import { SIMULATION_BOUNDS } from '../../../src-main/contract/simulation'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { RecordedAnswers } from '../../../src-main/player/recorded-answers'

const { maxAnswers } = SIMULATION_BOUNDS

function answer(id: number, latencyMs: number, status: number | string = 0): TraceEvent {
  return { id, timeMs: id, place: 'host', kind: 'host.response', data: { portal: 'a', status, latencyMs } }
}

function taken(events: readonly TraceEvent[]) {
  const answers = new RecordedAnswers()
  for (const event of events) answers.take(event, event.timeMs)
  return answers.all
}

describe('answers of a recording', () => {
  it('are those of the host, with how long it waited, and whether it got what it wanted', () => {
    const { atMs, latencyMs, isGood } = taken([
      answer(1, 0.4),
      { id: 2, timeMs: 2, place: 'host', kind: 'host.command' },
      answer(3, 120, 'lost'),
      answer(4, 2, 8),
      { id: 5, timeMs: 5, place: 'host', kind: 'host.response', data: { latencyMs: 'soon' } },
    ])
    expect([atMs, latencyMs, isGood]).toEqual([
      [1, 3, 4],
      [0.4, 120, 2],
      [true, false, false],
    ])
  })

  it('stay within their bound, in order; none is left out that took long or failed', () => {
    const events = Array.from({ length: 5 * maxAnswers }, (_, id) =>
      id % 1000 === 7 ? answer(id, 500) : id % 1000 === 8 ? answer(id, 1, 'busy') : answer(id, 1),
    )
    const { atMs, latencyMs, isGood } = taken(events)
    expect(atMs.length).toBeLessThanOrEqual(maxAnswers)
    expect(atMs.length).toBeGreaterThan(maxAnswers / 4)
    expect(atMs).toEqual([...atMs].sort((one, other) => one - other))
    expect(latencyMs.filter((ms) => ms === 500)).toHaveLength((5 * maxAnswers) / 1000)
    expect(isGood.filter((good) => !good)).toHaveLength((5 * maxAnswers) / 1000)
  })

  it('are bounded also where all took long', () => {
    const { atMs } = taken(Array.from({ length: 3 * maxAnswers }, (_, id) => answer(id, 500)))
    expect(atMs.length).toBeLessThanOrEqual(maxAnswers)
    expect(atMs.at(-1)).toBe(3 * maxAnswers - 1)
  })
})
