import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
import { SIMULATION_BOUNDS } from '../../../src-main/contract/simulation'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { createFakeLab } from '../../support/fake-lab'

const LAB = { id: 'lab', folder: '/labs/one', version: '1.2.3', targetName: 'iqn.x:y', startedAtMs: 1_700_000_000_000 }
const HEAD = { recording: RECORDING_VERSION, lab: LAB, fromMs: 1000 }
const always = (): boolean => true

function event(id: number, timeMs: number, part: Partial<TraceEvent> = {}): TraceEvent {
  return { id, timeMs, place: 'host', kind: 'host.command', ...part }
}

const picture = await createFakeLab().api.snapshot()
const frame = (timeMs: number): { readonly frame: LabSnapshot } => ({ frame: { ...picture, lab: LAB, timeMs } })

function bytesOf(...lines: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''))
}

function opened(...lines: readonly unknown[]): RecordedRun {
  const run = RecordedRun.open('trace-000001.ndjson', bytesOf(HEAD, ...lines))
  if (!run.ok) throw new Error(run.error)
  while (!run.value.survey(() => false));
  return run.value
}

const WHOLE = [
  frame(1000),
  event(1, 1010),
  event(2, 1200, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a', data: { controller: 'a' } }),
  event(3, 1205, { place: 'controller-b', kind: 'takeover.detected', data: { reason: 'crash' } }),
  frame(1206),
  event(4, 1230, { place: 'controller-b', kind: 'takeover.serving' }),
  event(5, 3000, { place: 'midplane', kind: 'midplane.controller-started', to: 'controller-a', data: { controller: 'a' } }),
]

const fenced = event(8, 1207, { place: 'controller-b', kind: 'takeover.fenced' })

describe('a recording', () => {
  it('says what is in it: faults and how long they last, takeovers, losses, and what was recorded', () => {
    const { outline } = opened(
      ...WHOLE.slice(0, 5),
      fenced,
      ...WHOLE.slice(5),
      event(9, 3500, { kind: 'host.block-lost', data: { lun: 0, block: 7 } }),
    )
    expect(outline).toMatchObject({
      run: { kind: 'recording', name: 'trace-000001.ndjson' },
      start: { event: 0, atMs: 1000 },
      end: { event: 7, atMs: 3500 },
      recording: { lab: LAB },
      faults: [{ name: 'crash', event: 2, atMs: 1200, hits: [{ place: 'controller-a', atMs: 1200, untilMs: 3000 }] }],
      takeovers: [{ event: 3, atMs: 1205, survivor: 'b', reason: 'crash' }],
      violations: [{ event: 7, sentence: 'Block 7 of LUN 0 was acknowledged and is lost.' }],
    })
    expect(outline?.world).toBeUndefined()
    expect(outline?.recording?.problem).toBeUndefined()
  })

  it('counts as a takeover only that of the one who got the fence, where both noticed the silence of the other', () => {
    const silence = { data: { reason: 'interconnect' } }
    const { outline } = opened(
      frame(1000),
      event(1, 1010, { place: 'midplane', kind: 'midplane.interconnect-cut', to: 'interconnect' }),
      event(2, 1810, { place: 'controller-a', kind: 'takeover.detected', ...silence }),
      event(3, 1811, { place: 'controller-b', kind: 'takeover.detected', ...silence }),
      event(4, 1815, { place: 'midplane', kind: 'midplane.controller-exited', to: 'controller-a', data: { controller: 'a' } }),
      event(5, 1816, { place: 'controller-b', kind: 'takeover.fenced' }),
      event(6, 1830, { place: 'controller-b', kind: 'takeover.serving' }),
    )
    expect(outline?.takeovers).toEqual([{ event: 3, atMs: 1811, survivor: 'b', reason: 'interconnect' }])
  })

  it('ends each fault with what mends it', () => {
    const at = (id: number, kind: TraceEvent['kind'], to: TraceEvent['place']) =>
      event(id, 1000 + 100 * id, { place: 'midplane', kind, to })
    const { outline } = opened(
      frame(1000),
      at(1, 'midplane.interconnect-cut', 'interconnect'),
      at(2, 'drive.pulled', 'drive-1'),
      at(3, 'drive.died', 'drive-2'),
      at(4, 'midplane.controller-hung', 'controller-a'),
      at(5, 'midplane.interconnect-mended', 'interconnect'),
      at(6, 'drive.put-back', 'drive-1'),
      at(7, 'drive.replaced', 'drive-2'),
      at(8, 'midplane.controller-started', 'controller-a'),
      event(9, 5000),
    )
    expect(outline?.faults.map(({ name, hits }) => [name, hits[0]?.untilMs])).toEqual([
      ['cut', 1500],
      ['drive-pulled', 1600],
      ['drive-failure', 1700],
      ['hang', 1800],
      ['drive-replaced', undefined],
    ])
  })

  it('knows what was done around the controllers, and what ends it', () => {
    const at = (id: number, kind: TraceEvent['kind'], to: TraceEvent['place'], data?: TraceEvent['data']) =>
      event(id, 1000 + 100 * id, { place: 'midplane', kind, to, ...(data === undefined ? {} : { data }) })
    const { outline } = opened(
      frame(1000),
      at(1, 'midplane.portal-unplugged', 'portal-a'),
      at(2, 'midplane.management-unplugged', 'management-b'),
      at(3, 'midplane.address-stolen', 'portal-b', { address: 'portal' }),
      at(4, 'midplane.battery-removed', 'controller-a'),
      at(5, 'midplane.interconnect-slowed', 'interconnect', { extraLatencyMs: 30 }),
      at(6, 'midplane.nvram-erased', 'controller-a'),
      at(7, 'midplane.portal-plugged-in', 'portal-a'),
      at(8, 'midplane.management-plugged-in', 'management-b'),
      at(9, 'midplane.address-given-back', 'portal-b', { address: 'portal' }),
      at(10, 'midplane.battery-put-back', 'controller-a'),
      at(11, 'midplane.interconnect-slowed', 'interconnect', { extraLatencyMs: 0 }),
      event(12, 5000),
    )
    expect(outline?.faults.map(({ name, hits }) => [name, hits[0]?.untilMs])).toEqual([
      ['portal-lost', 1700],
      ['management-lost', 1800],
      ['address-stolen', 1900],
      ['battery-gone', 2000],
      ['slow-interconnect', 2100],
      ['nvram-lost', undefined],
    ])
    expect(outline?.experience?.acts.map(({ name }) => name)).toEqual([
      'portal-plugged-in',
      'management-plugged-in',
      'address-given-back',
      'battery-put-back',
    ])
  })

  it('ends the fault of a slow drive when it is as fast as before, or slow in another way', () => {
    const slow = (id: number, timeMs: number, extraLatencyMs: number) =>
      event(id, timeMs, { place: 'midplane', kind: 'drive.slowed', to: 'drive-3', data: { drive: 3, extraLatencyMs } })
    const other = event(4, 1400, { place: 'midplane', kind: 'drive.slowed', to: 'drive-4', data: { drive: 4, extraLatencyMs: 9 } })
    const { outline } = opened(frame(1000), slow(1, 1100, 50), slow(2, 1200, 20), slow(3, 1300, 0), other, event(5, 1500))
    expect(outline?.faults.map(({ name, hits }) => [name, hits[0]?.atMs, hits[0]?.untilMs])).toEqual([
      ['slow-drive', 1100, 1200],
      ['slow-drive', 1200, 1300],
      ['slow-drive', 1400, 1500],
    ])
  })

  it('counts lost blocks, not how often each was found', () => {
    const lost = (id: number, block: number) => event(id, 3000 + id, { kind: 'host.block-lost', data: { lun: 0, block } })
    const verified = (id: number, found: number) => event(id, 3000 + id, { kind: 'host.verification-finished', data: { lost: found } })
    expect(opened(...WHOLE, lost(6, 7), lost(7, 8), lost(8, 7)).outline?.recording?.lostBlocks).toBe(2)
    expect(opened(...WHOLE, lost(6, 7), verified(7, 300), verified(8, 2)).outline?.recording?.lostBlocks).toBe(300)
    expect(opened(...WHOLE).outline?.recording?.lostBlocks).toBe(0)
  })

  it.each([
    [{ verified: 300 }, 300],
    [{ verified: 300, isDoubted: true }, 0],
    [{}, 0],
    [{ verified: 'all' }, 0],
  ])('says how much was read back at its end: of %j, %d blocks', (ledger, expected) => {
    const last = { frame: { ...picture, lab: LAB, timeMs: 9000, host: { ...picture.host, ledger } } }
    expect(opened(...WHOLE, last).outline?.recording?.readBackBlocks).toBe(expected)
  })

  describe('that ends in the middle of a takeover', () => {
    const FIRST = [HEAD, ...WHOLE.slice(0, 5)]
    const next = (head: unknown) =>
      bytesOf(
        head,
        frame(1210),
        fenced,
        event(9, 1240, { place: 'controller-b', kind: 'takeover.serving' }),
        event(10, 2200),
        event(11, 9000),
      )
    const played = (nextFile: () => Uint8Array | undefined) => {
      const run = RecordedRun.open('trace-000001.ndjson', bytesOf(...FIRST), nextFile)
      if (!run.ok) throw new Error(run.error)
      while (!run.value.survey(() => false));
      return run.value.outline
    }

    it('goes on in the next file until the takeover is over, and a second more', () => {
      expect(played(() => next({ ...HEAD, fromMs: 1208 }))).toMatchObject({ end: { event: 7, atMs: 9000 }, takeovers: { length: 1 } })
    })

    it.each([
      ['is not there', undefined],
      ['is of another lab', next({ ...HEAD, lab: { ...LAB, id: 'other' } })],
      ['is of another run', next({ ...HEAD, lab: { ...LAB, startedAtMs: 1 } })],
      ['is damaged', bytesOf('hello\n')],
    ])('ends there if the next file %s', (_, bytes) => {
      const outline = played(() => bytes)
      expect(outline?.end.event).toBe(3)
      expect(outline?.recording?.problem).toBeUndefined()
    })

    it.each(['controller-a', 'controller-b'] as const)(
      'goes on after the end of %s only as long as the other may still take over',
      (to) => {
        const exited = event(9, 1209, { place: 'midplane', kind: 'midplane.controller-exited', to })
        const outline = played(() => bytesOf({ ...HEAD, fromMs: 1208 }, frame(1208), exited, event(10, 2300), event(11, 2400)))
        expect(outline?.end.event).toBe(to === 'controller-b' ? 5 : 6)
      },
    )

    it('reads no other file if its takeover is over', () => {
      const run = RecordedRun.open('trace-000001.ndjson', bytesOf(HEAD, ...WHOLE), () => {
        throw new Error('it is read')
      })
      expect(run.ok && run.value.survey(always)).toBe(true)
    })
  })

  it('gives the story of a request, also what is yet to come', () => {
    const request = { request: 'io-1-1' }
    const run = opened(frame(1000), event(1, 1010, request), event(2, 1011), event(3, 1012, { ...request, kind: 'host.response' }))
    expect(run.requestEvents(1).map(({ id }) => id)).toEqual([1, 3])
    expect(run.requestEvents(9)).toEqual([])
    expect([1, 3, 9].map((id) => run.eventOf(id))).toEqual([1, 3, undefined])
  })

  it('shows the newest frame at each event, and each event once on the way forward', () => {
    const run = opened(...WHOLE)
    expect(run.takeUnshown()).toEqual({ restart: true, events: [] })
    run.goTo(3)
    expect(run.snapshot(1205)).toMatchObject({ timeMs: 1205, sequence: 3 })
    expect(run.takeUnshown().events.map(({ id }) => id)).toEqual([1, 2, 3])
    run.goTo(4)
    expect(run.takeUnshown()).toMatchObject({ restart: false, events: [{ id: 4 }] })
    run.goTo(1)
    expect(run.takeUnshown()).toMatchObject({ restart: true, events: [{ id: 1 }] })
    expect(run.times.lastUntil(1205)).toBe(3)
  })

  it('shows a frame from its moment on, also where no event comes after it', () => {
    const down = { frame: { ...frame(1500).frame, takeovers: [{ number: 1 }] } }
    const run = opened(frame(1000), event(1, 1010), down)
    run.goTo(1)
    expect(run.outline?.end).toEqual({ event: 1, atMs: 1500 })
    expect(run.snapshot(1499)?.takeovers).toEqual(picture.takeovers)
    expect(run.snapshot(1500)?.takeovers).toEqual([{ number: 1 }])
  })

  it('shows the newest events after a jump', () => {
    const killed = event(1, 1001, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a' })
    const run = opened(frame(1000), killed, ...Array.from({ length: 5000 }, (_, index) => event(index + 2, 1002 + index)))
    run.goTo(4500)
    const { restart, events } = run.takeUnshown()
    expect(restart).toBe(true)
    expect(events.length).toBeLessThanOrEqual(SIMULATION_BOUNDS.maxEventsKept)
    expect(events.at(-1)?.id).toBe(4500)
  })

  it('begins with its first event, which may have waited for the file', () => {
    const run = opened(frame(1000), event(1, 980), event(2, 990), event(3, 1020))
    expect(run.outline?.start).toEqual({ event: 0, atMs: 980 })
    expect([1, 2, 3].map((number) => run.times.at(number))).toEqual([980, 990, 1020])
  })

  it('has no more marks than can be shown', () => {
    const hang = (id: number) => event(id, 1000 + id, { place: 'midplane', kind: 'midplane.controller-hung', to: 'controller-a' })
    const lost = (id: number) => event(id, 1000 + id, { kind: 'host.block-lost' })
    const { outline } = opened(frame(1000), ...Array.from({ length: 3000 }, (_, id) => [hang(id), lost(id)]).flat())
    expect(outline).toMatchObject({ faults: { length: 2000 }, violations: { length: 2000 }, end: { event: 6000 } })
  })

  it('says what it can of values that are none', () => {
    const odd = { toString: 1, valueOf: 1 }
    const lost = event(1, 1010, { kind: 'host.block-lost', data: { block: odd, lun: [odd] } })
    const takeover = event(2, 1020, { place: 'controller-b', kind: 'takeover.detected', data: { reason: odd } })
    const { outline } = opened(frame(1000), lost, takeover, event(3, 1030, { place: 'controller-b', kind: 'takeover.fenced' }))
    expect(outline?.violations).toMatchObject([{ sentence: 'Block ? of LUN ? was acknowledged and is lost.' }])
    expect(outline?.takeovers).toMatchObject([{ reason: 'crash' }])
  })

  it('keeps its events in the order of time, where one writer was a little late', () => {
    const run = opened(frame(1000), event(1, 1010), event(2, 1008), event(3, 1020))
    expect([1, 2, 3].map((number) => run.times.at(number))).toEqual([1010, 1010, 1020])
  })

  it.each([
    ['cut short', [...WHOLE, '{"id":9,"timeMs":40'], 9, 'cut short'],
    ['with a damaged line', [...WHOLE, '{"id":9,"timeMs":"soon","place":"host","kind":"host.command"}\n', event(10, 5000)], 9, 'damaged'],
    ['with an event of no kind', [...WHOLE, event(9, 4000, { kind: 'host.sang' as TraceEvent['kind'] }), event(10, 5000)], 9, 'damaged'],
    ['with a frame without drives', [...WHOLE, { frame: { ...frame(4000).frame, drives: undefined } }, event(10, 5000)], 9, 'damaged'],
    ['with a time that is none', [...WHOLE, event(9, 1e300), event(10, 5000)], 9, 'damaged'],
    ['with a line without end', [...WHOLE, event(9, 4000, { data: { text: 'x'.repeat(2 ** 21) } }), event(10, 5000)], 9, 'damaged'],
    ['with an event longer than any', [...WHOLE, event(9, 4000, { data: { text: 'x'.repeat(8200) } }), event(10, 5000)], 9, 'damaged'],
    ['with bytes that are no text', [...WHOLE, '\u0000\u0001\n', event(10, 5000)], 9, 'damaged'],
  ] as const)('that is %s is opened up to where it is whole, and says so', (_, lines, line, problem) => {
    const { outline, times } = opened(...lines)
    expect(times.last).toBe(5)
    expect(outline?.recording?.problem).toContain(`whole up to line ${line - 1}. Line ${line} is ${problem}`)
  })

  it.each([
    [[{ ...HEAD, recording: RECORDING_VERSION + 1 }, ...WHOLE], 'open it with a newer one'],
    [WHOLE, 'is not a recording'],
    [['hello'], 'is not a recording'],
    [[], 'is not a recording'],
    [[{ ...HEAD, fromMs: -1 }], 'is not a recording'],
    [[{ ...HEAD, fromMs: 1e300 }], 'is not a recording'],
    [[HEAD], 'nothing to show'],
    [[HEAD, JSON.stringify(frame(1000)).slice(0, 50)], 'nothing to show'],
    [[HEAD, event(1, 1010)], 'nothing to show'],
  ])('whose first lines are not right is refused with a sentence', (lines, sentence) => {
    const run = RecordedRun.open('trace-000001.ndjson', bytesOf(...lines))
    expect(run).toMatchObject({ ok: false, error: expect.stringContaining(sentence) as unknown })
  })

  it('without any event has a beginning that is its end', () => {
    const run = opened(frame(1000))
    expect(run.outline).toMatchObject({ start: { event: 0, atMs: 1000 }, end: { event: 0, atMs: 1000 } })
    expect(present(run.snapshot(1000), 'a picture').timeMs).toBe(1000)
    expect(run.goTo(0)).toBe(true)
    expect(run.prepare()).toBe(always())
  })
})
