/** What a trace event costs the thread that writes it, in processor time. */
import { expect, it } from 'vitest'
import { traceClock, clockOrigin } from '../../src-main/platform/clock'
import { createTraceRing, TraceRingReader } from '../../src-main/platform/trace-ring'
import { createTraceWriter } from '../../src-main/platform/trace-writer'
import { machine, median } from '../support/machine'

const EVENTS = 100_000
const ROUNDS = 9

it('one event with request, cause, destination and data', () => {
  const memory = createTraceRing(2 * 1024 * 1024)
  const writer = createTraceWriter({ setup: { memory, writer: 1 }, now: traceClock(clockOrigin()), place: 'controller-a' })
  const nsPerEvent = rounds(() =>
    writer.record({
      place: 'controller-a',
      kind: 'drive.read',
      request: 'io-5c-1f',
      cause: 1_099_511_627_776,
      to: 'drive-3',
      data: { block: 123_456, blockCount: 8 },
    }),
  )
  const nsPerRefusal = rounds(() => writer.admit())
  const { recorded } = new TraceRingReader(memory).counts()
  expect(recorded).toBe(EVENTS * ROUNDS)
  console.log(`${machine()}\ntrace: ${nsPerEvent.toFixed(0)} ns an event, ${nsPerRefusal.toFixed(0)} ns a command that is only counted`)
})

function rounds(run: () => unknown): number {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.cpuUsage()
    for (let i = 0; i < EVENTS; i++) run()
    const { user, system } = process.cpuUsage(started)
    times.push(((user + system) * 1000) / EVENTS)
  }
  return median(times)
}
