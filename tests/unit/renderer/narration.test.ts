import { describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { narrationAt } from '../../../src-renderer/model/narration'

const EVENTS: readonly TraceEvent[] = [
  { id: 1, timeMs: 100, place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a', data: { controller: 'a' } },
  { id: 2, timeMs: 120, place: 'controller-b', kind: 'takeover.detected' },
  { id: 3, timeMs: 120.1, place: 'controller-b', kind: 'takeover.fenced' },
  { id: 4, timeMs: 120.2, place: 'host', kind: 'host.command' },
  { id: 5, timeMs: 125, place: 'controller-b', kind: 'takeover.claimed' },
]

describe('the narration of a run', () => {
  const at = (count: number, atMs: number) =>
    narrationAt(EVENTS.slice(0, count), atMs).map(({ sentence, id, peer }) => `${sentence} ${id} ${peer}`)

  it('tells the newest event that has a sentence, and of whom', () => {
    expect(at(1, 100)).toEqual(['killed a b'])
    expect(at(2, 120)).toEqual(['detected b a'])
    expect(at(5, 126)).toEqual(['claimed b a'])
  })

  it('does not tell a planned takeover as a failure', () => {
    const planned: TraceEvent = { id: 1, timeMs: 100, place: 'controller-b', kind: 'takeover.detected', data: { reason: 'planned' } }
    expect(narrationAt([planned], 100)).toEqual([{ sentence: 'planned', id: 'b', peer: 'a' }])
    expect(narrationAt([{ ...planned, data: { reason: 'restart' } }], 100)).toMatchObject([{ sentence: 'restarting' }])
  })

  it('keeps together what nobody could read one after the other', () => {
    expect(at(4, 121)).toEqual(['detected b a', 'fenced b a'])
  })

  it('has nothing to say before the first of them, and long after the last', () => {
    expect(at(0, 50)).toEqual([])
    expect(at(5, 5125)).toEqual(['claimed b a'])
    expect(at(5, 5126)).toEqual([])
  })
})
