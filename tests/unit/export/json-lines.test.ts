import { describe, expect, it } from 'vitest'
import { event, exported, frame, RECORDED_LAB, recordingOf, seedOf, takenOver } from '../../support/exported-run'

const picture = await takenOver()

function linesOf(bytes: Uint8Array): readonly Record<string, unknown>[] {
  const text = new TextDecoder().decode(bytes)
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a run as JSON lines', () => {
  it('begins with what it is, has each event once with its number and time, and says that it is whole', () => {
    const killed = event(2, 1200, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a' })
    const omitted = event(4, 1250, { kind: 'trace.omitted', data: { commands: 7 } })
    const shown = recordingOf(frame(1000, picture), event(1, 1010), killed, event(3, 1199), omitted, frame(1300, picture))
    const [head, ...others] = linesOf(exported(shown, { format: 'json-lines' }))
    expect(head).toMatchObject({
      takeoverLabEvents: 1,
      version: '9.8.7',
      madeAt: '2026-11-30T12:00:00.000Z',
      run: { kind: 'recording', name: 'trace-000007.ndjson' },
      lab: RECORDED_LAB,
      startMs: 1000,
      endMs: 1300,
      faults: [{ name: 'crash', atMs: 1200 }],
    })
    expect(others).toEqual([
      { number: 1, atMs: 1010, ...event(1, 1010) },
      { number: 2, atMs: 1200, ...killed },
      { number: 3, atMs: 1200, ...event(3, 1199) },
      { number: 4, atMs: 1250, ...omitted },
      { end: { events: 4, omittedCommands: 7 } },
    ])
  })

  it('is the same of a seed however small the pieces are, with more events than the player shows', () => {
    const shown = seedOf(3, 100)
    let looks = 0
    const whole = exported(shown, { format: 'json-lines' })
    const pieces = exported(shown, { format: 'json-lines', goesOn: () => looks++ % 3 !== 0 })
    expect(Buffer.compare(whole, pieces)).toBe(0)
    expect(looks).toBeGreaterThan(10)
    const [head, ...lines] = linesOf(whole)
    expect(head).toMatchObject({ run: { kind: 'seed', seed: 3, operations: 100 }, world: { hash: shown.outline.world?.hash } })
    const events = lines.slice(0, -1)
    expect(events.length).toBeGreaterThan(1000)
    expect(lines.at(-1)).toMatchObject({ end: { events: events.length } })
    expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1))
    const times = events.map(({ atMs }) => atMs as number)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    const detected = events.filter(({ kind }) => kind === 'takeover.detected').map(({ atMs }) => atMs)
    expect(detected).toEqual(expect.arrayContaining(shown.outline.takeovers.map(({ atMs }) => atMs)))
  })
})
