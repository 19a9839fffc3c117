/** What a trace event and a flight record cost the thread that writes them, in processor time. */
import { expect, it } from 'vitest'
import { LIMITS } from '../../src-main/contract/limits'
import { traceClock, clockOrigin } from '../../src-main/platform/clock'
import { tapConnection } from '../../src-main/platform/flight/connection-tap'
import { FlightLog } from '../../src-main/platform/flight/flight-log'
import { createFlightRing } from '../../src-main/platform/flight/flight-ring'
import { createTraceRing, TraceRingReader } from '../../src-main/platform/trace-ring'
import { createTraceWriter } from '../../src-main/platform/trace-writer'
import { flightTurns } from '../support/flight'
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

it('flight records: a PDU without data, a PDU with 4 KiB that are not hashed any more, an access to a drive', () => {
  const log = new FlightLog(createFlightRing(LIMITS.flightRingRecords), flightTurns(traceClock(clockOrigin())).turns)
  const ends = { localAddress: '127.0.0.1', localPort: 3260, remoteAddress: '127.0.0.1', remotePort: 50_000 }
  const tap = tapConnection(log, 'portal-a', ends)
  const command = new Uint8Array(48)
  const data = new Uint8Array(48 + 4096)
  data.set([0x05, 0x80, 0, 0, 0, 0, 0x10, 0])
  const nsPerCommand = rounds(() => tap.received(command))
  const nsPerData = rounds(() => tap.received(data))
  const access = { drive: 3, block: 123_456, outcome: 'good', startedAtMs: 1, byteCount: 4096, hash: undefined, claim: undefined } as const
  const nsPerAccess = rounds(() => log.drive('read', access))
  expect(nsPerCommand).toBeGreaterThan(0)
  console.log(
    `flight: ${nsPerCommand.toFixed(0)} ns a PDU, ${nsPerData.toFixed(0)} ns one with 4 KiB, ${nsPerAccess.toFixed(0)} ns a drive access`,
  )
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
