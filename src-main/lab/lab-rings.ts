import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { TraceRingSetup } from '../contract/midplane'
import { createFlightRing } from '../platform/flight/flight-ring'
import { createTraceRing } from '../platform/trace-ring'

export const TRACE_WRITERS = ['midplane', 'a', 'b', 'host'] as const
type TraceWriterName = (typeof TRACE_WRITERS)[number]

/** One for each thread that traces. */
export function createTraceRings(): Readonly<Record<TraceWriterName, TraceRingSetup>> {
  const ring = (name: TraceWriterName): TraceRingSetup => ({
    memory: createTraceRing(LIMITS.traceRingBytes),
    writer: TRACE_WRITERS.indexOf(name),
  })
  return { midplane: ring('midplane'), a: ring('a'), b: ring('b'), host: ring('host') }
}

export function createFlightRings(): Readonly<Record<ControllerId, SharedArrayBuffer>> {
  return { a: createFlightRing(LIMITS.flightRingRecords), b: createFlightRing(LIMITS.flightRingRecords) }
}
