import { describe, expect, it } from 'vitest'
import { FLIGHT_AT } from '../../../../src-main/contract/flight'
import { FlightBytes } from '../../../../src-main/contract/flight-decoding'
import {
  BEGUN_AT_ONCE,
  createFlightRing,
  FlightRingReader,
  FlightRingWriter,
  type TakenRecords,
} from '../../../../src-main/platform/flight/flight-ring'

const CAPACITY = 64

function ring() {
  const memory = createFlightRing(CAPACITY)
  return { memory, writer: new FlightRingWriter(memory), reader: new FlightRingReader(memory) }
}

/** A turn with records whose times are their numbers. */
function write(writer: FlightRingWriter, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    writer.view.setFloat64(writer.begin() + FLIGHT_AT.timeMs, number, true)
    writer.end()
  }
  writer.publish()
}

function timesOf({ bytes, count }: TakenRecords): number[] {
  const records = new FlightBytes(bytes)
  return Array.from({ length: count }, (_, index) => records.timeMs(index))
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

describe('a flight ring', () => {
  it('gives each record once, in order, across its end', () => {
    const { writer, reader } = ring()
    write(writer, 0, 10)
    expect(timesOf(reader.take(4, Infinity))).toEqual(numbers(0, 4))
    write(writer, 10, 64)
    expect(timesOf(reader.take(50, Infinity))).toEqual(numbers(4, 54))
    write(writer, 64, 80)
    expect(timesOf(reader.take(100, Infinity))).toEqual(numbers(54, 80))
    expect(reader.take(100, Infinity)).toMatchObject({ count: 0, missing: 0 })
  })

  it('gives none that is newer than wanted', () => {
    const { writer, reader } = ring()
    write(writer, 0, 10)
    expect(timesOf(reader.take(100, 6))).toEqual(numbers(0, 7))
    expect(reader.hasUntil(6)).toBe(false)
    expect(reader.hasUntil(7)).toBe(true)
    expect(reader.skipUntil(8)).toBe(2)
    expect(timesOf(reader.take(100, Infinity))).toEqual([9])
  })

  it('says how many were overwritten', () => {
    const { writer, reader } = ring()
    write(writer, 0, 6 * BEGUN_AT_ONCE)
    const taken = reader.take(100, Infinity)
    expect(taken.missing).toBe(6 * BEGUN_AT_ONCE - CAPACITY)
    expect(timesOf(taken)).toEqual(numbers(6 * BEGUN_AT_ONCE - CAPACITY, 6 * BEGUN_AT_ONCE))
  })

  it('gives the records of a turn when it ends, or when there are many', () => {
    const { writer, reader } = ring()
    for (let number = 0; number <= BEGUN_AT_ONCE; number++) {
      writer.view.setFloat64(writer.begin() + FLIGHT_AT.timeMs, number, true)
      writer.end()
    }
    expect(timesOf(reader.take(100, Infinity))).toEqual(numbers(0, BEGUN_AT_ONCE))
    writer.publish()
    expect(timesOf(reader.take(100, Infinity))).toEqual([BEGUN_AT_ONCE])
  })

  it('goes back in time as far as it has records, and not behind what was taken', () => {
    const { writer, reader } = ring()
    write(writer, 0, 100)
    expect(reader.skipTo(90, 100)).toBe(0)
    expect(timesOf(reader.take(100, Infinity))).toEqual(numbers(90, 100))
    write(writer, 100, 103)
    expect(reader.skipTo(0, 2)).toBe(1)
    expect(timesOf(reader.take(100, Infinity))).toEqual([101, 102])
  })

  it('goes back beyond a record of something that began long before it was over', () => {
    const { writer, reader } = ring()
    write(writer, 10, 14)
    write(writer, 2, 3)
    write(writer, 15, 16)
    expect(reader.skipTo(12, 100)).toBe(0)
    expect(timesOf(reader.take(100, Infinity))).toEqual([12, 13, 2, 15])
  })

  it('leaves out the records that its writer may have been killed in, and goes on with the next writer', () => {
    const { memory, writer, reader } = ring()
    write(writer, 0, CAPACITY)
    writer.view.setFloat64(writer.begin() + FLIGHT_AT.timeMs, 666, true)
    const taken = reader.take(100, Infinity)
    expect(taken.missing).toBe(BEGUN_AT_ONCE)
    expect(timesOf(taken)).toEqual(numbers(BEGUN_AT_ONCE, CAPACITY))
    write(new FlightRingWriter(memory), 64, 66)
    expect(timesOf(reader.take(100, Infinity))).toEqual([64, 65])
  })

  it('counts on beyond 32 bits', () => {
    const memory = createFlightRing(CAPACITY)
    new Int32Array(memory, 0, 2).fill(-3)
    const reader = new FlightRingReader(memory)
    reader.skipTo(0, 0)
    write(new FlightRingWriter(memory), 0, 8)
    expect(timesOf(reader.take(5, Infinity))).toEqual(numbers(0, 5))
    expect(timesOf(reader.take(5, Infinity))).toEqual(numbers(5, 8))
  })
})
