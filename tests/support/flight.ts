import { present } from '../../src-main/base/assert'
import type { FlightKind, FlightRecord } from '../../src-main/contract/flight'
import { FlightBytes } from '../../src-main/contract/flight-decoding'
import { FlightLog, type FlightTurns } from '../../src-main/platform/flight/flight-log'
import { createFlightRing, FlightRingReader } from '../../src-main/platform/flight/flight-ring'

/** Turns that end when the test says so. `nowMs`: the clock. */
export function flightTurns(nowMs: () => number): { readonly turns: FlightTurns; readonly endTurn: () => void } {
  let ends: (() => void)[] = []
  return {
    turns: { now: nowMs, atTurnEnd: (end) => ends.push(end) },
    endTurn() {
      for (const end of ends) end()
      ends = []
    },
  }
}

/** A flight log, and all that was written to it. `nowMs`: its clock. */
export function flightBench(nowMs: () => number = () => 1000) {
  const memory = createFlightRing(1024)
  const reader = new FlightRingReader(memory)

  const { turns, endTurn } = flightTurns(nowMs)

  function records(): FlightRecord[] {
    endTurn()
    const { bytes, count } = reader.take(1024, Number.POSITIVE_INFINITY)
    const taken = new FlightBytes(bytes)
    return Array.from({ length: count }, (_, index) => present(taken.record(index), `record ${index}`))
  }

  function recordsOf<K extends FlightKind>(kind: K): Extract<FlightRecord, { kind: K }>[] {
    return records().filter((record): record is Extract<FlightRecord, { kind: K }> => record.kind === kind)
  }

  return { log: new FlightLog(memory, turns), endTurn, memory, records, recordsOf }
}
