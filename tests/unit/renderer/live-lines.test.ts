import { describe, expect, it } from 'vitest'
import type { TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import { createLiveLines } from '../../../src-renderer/model/live-lines'
import { narrationOf } from '../../../src-renderer/model/narration'

let nextId = 1
const event = (timeMs: number, kind: TraceKind, place: TraceEvent['place'] = 'controller-b'): TraceEvent => ({
  id: nextId++,
  timeMs,
  place,
  kind,
  ...(place === 'midplane' ? { data: { controller: 'a' } } : {}),
})

const KILL = [
  event(100, 'midplane.controller-killed', 'midplane'),
  event(104, 'takeover.detected'),
  event(105, 'takeover.fenced'),
  event(108, 'takeover.claimed'),
  event(112, 'takeover.replayed'),
  event(120, 'takeover.adopted'),
  event(126, 'takeover.serving'),
]

describe('the lines of the live lab', () => {
  it('tell of a quick takeover why it happens and how it ends, each for as long as it takes to read', () => {
    const lines = createLiveLines()
    lines.add(KILL)
    expect(lines.at(1000)).toMatchObject({ sentence: 'killed', id: 'a' })
    expect(lines.at(2000)).toMatchObject({ sentence: 'killed' })
    expect(lines.changesInMs(2000)).toBe(1200)
    expect(lines.at(3200)).toMatchObject({ sentence: 'taken-over', id: 'b' })
    expect(lines.at(9000)).toMatchObject({ sentence: 'taken-over' })
    expect(lines.at(10_200)).toBeUndefined()
    expect(lines.changesInMs(10_200)).toBeUndefined()
  })

  it('do so also where the events come one by one', () => {
    const lines = createLiveLines()
    const seen: (string | undefined)[] = []
    for (const [index, one] of KILL.entries()) {
      lines.add([one])
      seen.push(lines.at(1000 + index * 5)?.sentence)
    }
    expect(new Set(seen)).toEqual(new Set(['killed']))
    expect(lines.at(3300)?.sentence).toBe('taken-over')
  })

  it.each([
    ['midplane.interconnect-slowed', 'slowed'],
    ['midplane.portal-unplugged', 'portal-out'],
    ['midplane.management-unplugged', 'management-out'],
    ['midplane.address-stolen', 'stolen'],
    ['midplane.battery-removed', 'battery-out'],
  ] as const)('tell of %s also where it is ended at once', (kind, sentence) => {
    const lines = createLiveLines()
    lines.add([event(100, kind, 'midplane'), event(101, 'midplane.interconnect-mended', 'midplane')])
    expect(lines.at(1000)).toMatchObject({ sentence, id: 'a', peer: 'b' })
  })

  it('tell a link that is as fast as before from one that was slowed', () => {
    const slowed = event(100, 'midplane.interconnect-slowed', 'midplane')
    expect(narrationOf({ ...slowed, kind: 'midplane.interconnect-slowed', data: { extraLatencyMs: 20 } }).sentence).toBe('slowed')
    expect(narrationOf({ ...slowed, kind: 'midplane.interconnect-slowed', data: { extraLatencyMs: 0 } }).sentence).toBe('sped-up')
  })

  it('tell each step of a takeover that takes its time', () => {
    const lines = createLiveLines()
    const seen: (string | undefined)[] = []
    for (const [atMs, kind] of [
      [0, 'takeover.detected'],
      [3000, 'takeover.fenced'],
      [6000, 'takeover.claimed'],
    ] as const) {
      lines.add([event(atMs, kind)])
      seen.push(lines.at(atMs)?.sentence)
    }
    expect(seen).toEqual(['detected', 'fenced', 'claimed'])
  })

  it('go on at once from what was overtaken while it was shown', () => {
    const lines = createLiveLines()
    lines.add([event(0, 'takeover.detected')])
    expect(lines.at(0)?.sentence).toBe('detected')
    lines.add([event(30, 'takeover.serving')])
    expect(lines.at(40)?.sentence).toBe('taken-over')
  })

  it('give way at once to a cause, which makes what waited before it old', () => {
    const lines = createLiveLines()
    lines.add([event(0, 'giveback.completed')])
    expect(lines.at(0)?.sentence).toBe('given-back')
    lines.add([event(1500, 'controller.joined'), event(2900, 'midplane.controller-hung', 'midplane')])
    expect(lines.changesInMs(1000)).toBe(0)
    expect(lines.at(1000)?.sentence).toBe('hung')
    lines.add([event(3000, 'midplane.controller-killed', 'midplane')])
    expect(lines.at(1100)?.sentence).toBe('hung')
    expect(lines.at(3200)?.sentence).toBe('killed')
  })

  it('are not more than can be waited for, and none after they are cleared', () => {
    const lines = createLiveLines()
    for (let round = 0; round < 100; round++) lines.add([event(round * 10_000, 'midplane.controller-killed', 'midplane')])
    let told = 0
    for (let nowMs = 0; lines.changesInMs(nowMs) !== undefined && told < 200; nowMs += 2200) if (lines.at(nowMs) !== undefined) told++
    expect(told).toBeLessThanOrEqual(16)
    lines.add(KILL)
    lines.clear()
    expect(lines.at(1e9)).toBeUndefined()
  })

  it('say nothing of I/O', () => {
    const lines = createLiveLines()
    lines.add([event(0, 'host.command', 'host'), event(1, 'drive.write')])
    expect(lines.at(1)).toBeUndefined()
  })
})
