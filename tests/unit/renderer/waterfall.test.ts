import { describe, expect, it } from 'vitest'
import type { Place, TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import { longestLeg, waterfallOf } from '../../../src-renderer/model/waterfall'

let id = 0
const at = (timeMs: number, kind: TraceKind, place: Place, to?: Place, status?: number | string): TraceEvent => ({
  id: ++id,
  timeMs,
  kind,
  place,
  request: 'io-1-1',
  ...(to === undefined ? {} : { to }),
  ...(status === undefined ? {} : { data: { status } }),
})
const legsOf = (events: readonly TraceEvent[]) => waterfallOf(events)?.legs.map(({ stage, places, ms }) => [stage, places.join(' '), ms])

describe('the waterfall of a request', () => {
  it('goes from the host over portal, controller, interconnect and drives to the answer; its legs add up to the whole', () => {
    const waterfall = waterfallOf([
      at(100, 'host.command', 'host', 'portal-b'),
      at(101, 'portal.command', 'portal-b', 'controller-b'),
      at(103, 'io.forwarded', 'controller-b', 'controller-a'),
      at(106, 'drive.read', 'controller-a', 'drive-0'),
      at(106.5, 'drive.read', 'controller-a', 'drive-2'),
      at(126, 'io.returned', 'controller-a', 'controller-b'),
      at(128, 'portal.response', 'portal-b', 'host', 0),
      at(129, 'host.response', 'host', undefined, 0),
    ])
    expect(waterfall?.legs.map(({ stage, places, ms }) => [stage, places.join(' '), ms])).toEqual([
      ['portal', 'portal-b', 1],
      ['controller', 'controller-b', 2],
      ['interconnect', 'controller-a', 3],
      ['drive', 'drive-0 drive-2', 20],
      ['interconnect', 'controller-b', 2],
      ['portal', 'portal-b', 1],
    ])
    expect(waterfall).toMatchObject({ startMs: 100, totalMs: 29, answer: { timeMs: 129 } })
    expect(waterfall?.legs.reduce((sum, { ms }) => sum + ms, 0)).toBe(29)
    expect(waterfall && longestLeg(waterfall)?.stage).toBe('drive')
  })

  it('leaves out what the answer did not wait for', () => {
    const events = [
      at(0, 'host.command', 'host', 'portal-a'),
      at(1, 'portal.command', 'portal-a', 'controller-a'),
      at(2, 'nvram.mirrored', 'controller-a', 'controller-b'),
      at(4, 'portal.response', 'portal-a', 'host', 0),
      at(5, 'host.response', 'host', undefined, 0),
      at(50, 'nvram.destaged', 'controller-a'),
      at(51, 'drive.write', 'controller-a', 'drive-1'),
    ]
    expect(legsOf(events)).toEqual([
      ['portal', 'portal-a', 1],
      ['controller', 'controller-a', 1],
      ['interconnect', 'controller-b', 2],
      ['portal', 'portal-a', 1],
    ])
  })

  it('shows how long a lost try was waited for, and how long there was no path', () => {
    const events = [
      at(0, 'host.command', 'host', 'portal-a'),
      at(40, 'host.response', 'host', undefined, 'connection-lost'),
      at(40, 'host.retry', 'host'),
      at(90, 'host.command', 'host', 'portal-b'),
      at(91, 'portal.command', 'portal-b', 'controller-b'),
      at(92, 'host.response', 'host', undefined, 0),
    ]
    expect(legsOf(events)).toEqual([
      ['portal', 'portal-a', 40],
      ['host', 'host', 50],
      ['portal', 'portal-b', 1],
      ['controller', 'controller-b', 1],
    ])
  })

  it('of a request without an answer goes as far as is known', () => {
    const waterfall = waterfallOf([at(0, 'host.command', 'host', 'portal-a'), at(1, 'portal.command', 'portal-a', 'controller-a')])
    expect(waterfall).toMatchObject({ totalMs: 1, answer: undefined, legs: { length: 1 } })
  })

  it('is none where there is no way', () => {
    expect(waterfallOf([])).toBeUndefined()
    expect(waterfallOf([at(0, 'takeover.detected', 'controller-b')])).toBeUndefined()
    expect(waterfallOf([at(0, 'host.command', 'host', 'portal-a')])).toBeUndefined()
  })

  it('is none of what a controller does of itself, such as a takeover', () => {
    const takeover = [
      at(0, 'controller.started', 'controller-b'),
      at(0.4, 'drive.flush', 'controller-b', 'drive-0'),
      at(437, 'takeover.detected', 'controller-b'),
      at(438, 'drive.write', 'controller-b', 'drive-1'),
      at(439, 'takeover.serving', 'controller-b'),
    ]
    expect(waterfallOf(takeover)).toBeUndefined()
  })
})
