import { describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { requestEvents } from '../../../src-main/player/request-events'

const event = (id: number, kind: TraceEvent['kind'], more: Partial<TraceEvent> = {}): TraceEvent => {
  return { id, timeMs: id, place: 'host', kind, ...more }
}

/** A command whose first try was lost, and another one beside it. */
const EVENTS: readonly TraceEvent[] = [
  event(1, 'host.command', { request: 'io-1-1' }),
  event(2, 'host.command', { request: 'io-1-2' }),
  event(3, 'portal.command', { place: 'portal-a', request: 'io-1-1' }),
  event(4, 'host.response', { request: 'io-1-2', cause: 2 }),
  event(5, 'host.response', { request: 'io-1-1', cause: 1 }),
  event(6, 'host.retry', { cause: 5 }),
  event(7, 'host.command', { request: 'io-2-1', cause: 6 }),
  event(8, 'portal.command', { place: 'portal-b', request: 'io-2-1' }),
  event(9, 'nvram.mirrored', { place: 'controller-b', request: 'io-2-1', cause: 8 }),
  event(10, 'host.response', { request: 'io-2-1', cause: 7 }),
  event(11, 'drive.write', { place: 'controller-b', cause: 9 }),
]
const found = (id: number) => requestEvents(EVENTS, id).map((one) => one.id)

describe('the events of a request', () => {
  it.each([1, 3, 5, 6, 7, 8, 9, 10])('are those of all its tries, found from event %i of it', (id) => {
    expect(found(id)).toEqual([1, 3, 5, 6, 7, 8, 9, 10, 11])
  })

  it('are not those of another one', () => {
    expect(found(4)).toEqual([2, 4])
  })

  it('are those that simulated hosts name alike', () => {
    const events = [
      event(1, 'host.command', { request: 'io-1' }),
      event(2, 'portal.response', { place: 'portal-a', request: 'io-1', cause: 1 }),
      event(3, 'host.retry', { request: 'io-1', cause: 2 }),
      event(4, 'host.command', { request: 'io-1', cause: 3 }),
    ]
    expect(requestEvents(events, 4)).toEqual(events)
  })

  it('are not those of an earlier or a later one of the same name', () => {
    const events = [1, 11].flatMap((from) => [
      event(from, 'host.command', { request: 'io-1-1' }),
      event(from + 1, 'portal.command', { place: 'portal-a', request: 'io-1-1' }),
      event(from + 2, 'host.response', { request: 'io-1-1', cause: from }),
    ])
    for (const id of [1, 2, 3]) expect(requestEvents(events, id).map((one) => one.id)).toEqual([1, 2, 3])
    for (const id of [11, 12, 13]) expect(requestEvents(events, id).map((one) => one.id)).toEqual([11, 12, 13])
  })

  it('are those of a request that no host of the lab has sent', () => {
    const events = [
      event(1, 'service.received', { place: 'management-a', request: 'sr-1' }),
      event(2, 'service.served', { request: 'sr-1' }),
    ]
    expect(requestEvents(events, 2)).toEqual(events)
  })

  it('are one where there is no request, and none where there is no event', () => {
    expect(requestEvents([event(1, 'lab.started')], 1)).toHaveLength(1)
    expect(requestEvents(EVENTS, 99)).toEqual([])
  })

  it('are bounded, and do not go round in causes that are damaged', () => {
    const many = Array.from({ length: 1000 }, (_, id) => event(id + 1, 'host.retry', { request: 'io-1', cause: 1001 - id }))
    expect(requestEvents(many, 500)).toHaveLength(400)
  })
})
