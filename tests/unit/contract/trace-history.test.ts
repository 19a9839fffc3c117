import { describe, expect, it } from 'vitest'
import { TraceHistory } from '../../../src-main/contract/trace-history'
import type { TraceEvent, TraceKind } from '../../../src-main/contract/trace'

const event = (id: number, kind: TraceKind): TraceEvent => ({ id, timeMs: id, place: 'midplane', kind })

describe('the history of a trace', () => {
  it('keeps what is rare apart from the rest, in one order', () => {
    const history = new TraceHistory(8)
    history.add([event(1, 'midplane.controller-killed'), event(2, 'drive.write'), event(3, 'takeover.serving')])
    let forgotten = 0
    for (let id = 4; id <= 40; id++) forgotten += history.add([event(id, id % 3 === 0 ? 'service.received' : 'drive.write')])
    expect(history.all.slice(0, 2).map(({ id }) => id)).toEqual([1, 3])
    expect(history.all.length).toBeLessThanOrEqual(10)
    expect(history.all.at(-1)?.id).toBe(40)
    expect(forgotten + history.all.length).toBe(40)
  })

  it('gives all that are rare besides the newest of the rest', () => {
    const history = new TraceHistory(100)
    history.add([event(1, 'giveback.completed'), ...Array.from({ length: 50 }, (_, index) => event(2 + index, 'drive.read'))])
    expect(history.recent(3).map(({ id }) => id)).toEqual([1, 49, 50, 51])
  })
})
