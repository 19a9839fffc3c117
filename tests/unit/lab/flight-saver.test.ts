import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FLIGHT_AT } from '../../../src-main/contract/flight'
import { FlightBytes } from '../../../src-main/contract/flight-decoding'
import { LIMITS } from '../../../src-main/contract/limits'
import { decodeLine, type FlightPiece } from '../../../src-main/contract/recording'
import type { TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import { createFlightSaver, type FlightSaver } from '../../../src-main/lab/flight-saver'
import { createFlightRing, FlightRingWriter } from '../../../src-main/platform/flight/flight-ring'

describe('what the flight recorders have', () => {
  let nowMs: number
  let lines: string[]
  let together: (readonly [isOn: boolean, lines: number])[]
  let publish: (events: readonly TraceEvent[]) => void
  let saver: FlightSaver
  let writers: { readonly a: FlightRingWriter; readonly b: FlightRingWriter }

  beforeEach(() => {
    vi.useFakeTimers()
    nowMs = 10_000
    lines = []
    together = []
    const rings = { a: createFlightRing(LIMITS.flightRingRecords), b: createFlightRing(LIMITS.flightRingRecords) }
    writers = { a: new FlightRingWriter(rings.a), b: new FlightRingWriter(rings.b) }
    saver = createFlightSaver({
      rings,
      nowMs: () => nowMs,
      sink: { append: (line) => lines.push(line) },
      keepTogether: (isOn) => together.push([isOn, lines.length]),
      onEvents: (listener) => {
        publish = listener
        return () => (publish = () => undefined)
      },
    })
  })
  afterEach(() => vi.useRealTimers())

  function write(controller: 'a' | 'b', timeMs: number): void {
    const { view } = writers[controller]
    view.setFloat64(writers[controller].begin() + FLIGHT_AT.timeMs, timeMs, true)
    writers[controller].end()
    writers[controller].publish()
  }

  /** Each millisecond, each controller writes so many records. */
  function pass(milliseconds: number, recordsA: number, recordsB = recordsA): void {
    for (const end = nowMs + milliseconds; nowMs < end;) {
      nowMs++
      for (let i = 0; i < recordsA; i++) write('a', nowMs)
      for (let i = 0; i < recordsB; i++) write('b', nowMs)
      vi.advanceTimersByTime(1)
    }
  }

  const happen = (kind: TraceKind): void => publish([{ id: 1, timeMs: nowMs, place: 'midplane', kind }])

  function piecesOf(controller: 'a' | 'b'): FlightPiece[] {
    return lines.flatMap((line) => {
      expect(line.length).toBeLessThanOrEqual(LIMITS.flightLineBytes)
      const decoded = decodeLine(JSON.parse(line))
      if (decoded === undefined || !('flight' in decoded)) throw new Error(`no flight line: ${line.slice(0, 100)}`)
      return decoded.flight.controller === controller ? [decoded.flight] : []
    })
  }

  function timesOf(controller: 'a' | 'b'): number[] {
    return piecesOf(controller).flatMap(({ records }) => {
      const bytes = new FlightBytes(Buffer.from(records, 'base64'))
      return Array.from({ length: bytes.count }, (_, index) => bytes.timeMs(index))
    })
  }

  const missingOf = (controller: 'a' | 'b'): number => piecesOf(controller).reduce((sum, { missing }) => sum + missing, 0)
  const each = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)

  it('is kept from a second before a fault to two after it, each record once, also of a controller that is dead', () => {
    pass(3000, 1)
    const faultMs = nowMs
    happen('midplane.controller-killed')
    pass(3000, 0, 1)
    expect(timesOf('a')).toEqual(each(faultMs - 1000, faultMs))
    expect(timesOf('b')).toEqual(each(faultMs - 1000, faultMs + 2000))
    expect([missingOf('a'), missingOf('b')]).toEqual([0, 0])
  })

  it('stays together in the recording, with faults that are near', () => {
    pass(3000, 1)
    happen('midplane.controller-killed')
    pass(1000, 1)
    happen('midplane.controller-started')
    pass(2500, 1)
    expect(together).toEqual([
      [true, 0],
      [false, lines.length],
    ])
    happen('drive.pulled')
    expect(together.at(-1)).toEqual([true, lines.length])
  })

  it('is not kept for what is no fault, and costs nothing then', () => {
    pass(1000, 1)
    happen('portal.login')
    happen('configuration.committed')
    pass(3000, 1)
    expect(lines).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is one stretch around faults that are near each other, and another one around a later fault', () => {
    pass(2000, 1)
    const faultMs = nowMs
    happen('midplane.interconnect-cut')
    pass(1500, 1)
    happen('takeover.detected')
    pass(2500, 1)
    expect(timesOf('a')).toEqual(each(faultMs - 1000, faultMs + 3500))
    lines.length = 0
    happen('drive.pulled')
    const laterMs = nowMs
    pass(3000, 1)
    expect(timesOf('b')).toEqual(each(faultMs + 3501, laterMs + 2000))
  })

  it('is what is nearest to the fault where there is too much, and the rest is counted', () => {
    const perMs = 20
    pass(2000, perMs)
    const faultMs = nowMs
    happen('midplane.controller-hung')
    pass(3000, perMs)
    const times = timesOf('a')
    expect(times).toHaveLength(LIMITS.flightBeforeRecords + LIMITS.flightAfterRecords)
    const shareMs = (records: number): number => Math.floor(records / perMs) - 1
    expect(times[0]).toBeLessThanOrEqual(faultMs - shareMs(LIMITS.flightBeforeRecords))
    expect(times.at(-1)).toBeGreaterThanOrEqual(faultMs + shareMs(LIMITS.flightAfterRecords))
    expect(times.length + missingOf('a')).toBe(3001 * perMs)
  })

  it('has room for a second fault when the first one has used up its own', () => {
    pass(500, 20)
    happen('midplane.controller-hung')
    pass(1500, 20)
    const secondMs = nowMs
    happen('midplane.watchdog-fired')
    pass(3000, 20)
    const kept = timesOf('a').filter((timeMs) => timeMs > secondMs)
    expect(kept.length).toBeGreaterThan(LIMITS.flightAfterRecords / 2)
  })

  it('adds up, with what is missing, to all that there was', () => {
    pass(500, 20)
    happen('midplane.controller-hung')
    pass(1500, 20)
    happen('midplane.watchdog-fired')
    pass(3000, 20)
    expect(missingOf('a')).toBeGreaterThan(0)
    expect(timesOf('a').length + missingOf('a')).toBe((500 + 1500 + 2000) * 20)
  })

  it('is no more for several faults at once than for one', () => {
    pass(1000, 20)
    for (let fault = 0; fault < 5; fault++) {
      happen('drive.failed')
      pass(50, 20)
    }
    pass(3000, 20)
    expect(timesOf('a')).toHaveLength(LIMITS.flightBeforeRecords + LIMITS.flightAfterRecords)
  })

  it('has no room left over from quiet faults, but that of two', () => {
    for (let fault = 0; fault < 8; fault++) {
      happen('drive.failed')
      pass(600, 0)
    }
    happen('drive.failed')
    pass(1900, 30)
    pass(200, 0)
    expect(timesOf('a')).toHaveLength(2 * LIMITS.flightAfterRecords)
    expect(missingOf('a')).toBe(1900 * 30 - 2 * LIMITS.flightAfterRecords)
  })

  it('is copied to its end, where much came just before that', () => {
    happen('drive.failed')
    pass(1950, 1)
    pass(50, 200)
    pass(300, 0)
    expect([timesOf('a').length, missingOf('a')]).toEqual([1950 + 50 * 200, 0])
  })

  it('is copied when it was written for sure', () => {
    happen('drive.failed')
    pass(60, 1)
    expect(timesOf('a').at(-1)).toBe(nowMs - 2)
  })

  it('is kept up to the end of the lab', () => {
    pass(1000, 1)
    happen('midplane.interconnect-cut')
    pass(100, 1)
    saver.close()
    expect(timesOf('a').at(-1)).toBe(nowMs)
    expect(vi.getTimerCount()).toBe(0)
    happen('midplane.controller-exited')
    expect(vi.getTimerCount()).toBe(0)
  })
})
