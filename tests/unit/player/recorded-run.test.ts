import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
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

describe('a recording', () => {
  it('says what is in it: faults and how long they last, takeovers, losses, and what was recorded', () => {
    const { outline } = opened(...WHOLE, event(6, 3500, { kind: 'host.block-lost', data: { lun: 0, block: 7 } }))
    expect(outline).toMatchObject({
      run: { kind: 'recording', name: 'trace-000001.ndjson' },
      start: { event: 0, atMs: 1000 },
      end: { event: 6, atMs: 3500 },
      recording: { lab: LAB },
      faults: [{ name: 'crash', event: 2, atMs: 1200, hits: [{ place: 'controller-a', atMs: 1200, untilMs: 3000 }] }],
      takeovers: [{ event: 3, atMs: 1205, survivor: 'b', reason: 'crash' }],
      violations: [{ event: 6, sentence: 'Block 7 of LUN 0 was acknowledged and is lost.' }],
    })
    expect(outline?.world).toBeUndefined()
    expect(outline?.recording?.problem).toBeUndefined()
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
