import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { createTraceRing, TraceRingReader } from '../../../src-main/platform/trace-ring'
import { createTraceWriter, parseTraceRecord } from '../../../src-main/platform/trace-writer'

function setup() {
  const memory = createTraceRing(1024 * 1024)
  const clock = { nowMs: 1000 }
  const writer = createTraceWriter({ setup: { memory, writer: 2 }, now: () => clock.nowMs, place: 'controller-b' })
  const reader = new TraceRingReader(memory)
  const events = (): (TraceEvent | undefined)[] => {
    const found: (TraceEvent | undefined)[] = []
    reader.drain((text) => found.push(parseTraceRecord(text)))
    return found
  }
  return { writer, reader, clock, events }
}

describe('trace writer', () => {
  it('writes events as they are, with ids of its own', () => {
    const { writer, events } = setup()
    const cause = writer.record({ place: 'controller-b', kind: 'controller.started' })
    writer.record({
      place: 'controller-b',
      kind: 'service.forwarded',
      request: 'sr-"quoted"',
      cause,
      to: 'controller-a',
      data: { name: 'volumes' },
    })
    expect(cause).toBe(2 * 2 ** 40)
    expect(events()).toEqual([
      { id: cause, timeMs: 1000, place: 'controller-b', kind: 'controller.started' },
      {
        id: cause + 1,
        timeMs: 1000,
        place: 'controller-b',
        kind: 'service.forwarded',
        request: 'sr-"quoted"',
        cause,
        to: 'controller-a',
        data: { name: 'volumes' },
      },
    ])
  })

  it('keeps an event whose data is too long, without the data', () => {
    const { writer, events } = setup()
    writer.record({ place: 'drive-1', kind: 'drive.error', data: { message: 'ß'.repeat(LIMITS.traceRecordBytes) } })
    expect(events()).toMatchObject([{ kind: 'drive.error', data: { tooLong: true } }])
  })

  it('admits commands up to the rate and counts those it refuses', () => {
    const { writer, reader, clock } = setup()
    let admitted = 0
    for (let ms = 0; ms < 1000; ms++) {
      clock.nowMs++
      for (let i = 0; i < 5; i++) if (writer.admit()) admitted++
    }
    expect(admitted).toBeGreaterThanOrEqual(LIMITS.tracedCommandsPerSecond)
    expect(admitted).toBeLessThan(LIMITS.tracedCommandsPerSecond + 60)
    expect(reader.counts().omitted).toBe(5000 - admitted)
  })
})
