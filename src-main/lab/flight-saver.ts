import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import { FLIGHT_RECORD_BYTES } from '../contract/flight'
import { LIMITS } from '../contract/limits'
import type { RecordingFlight } from '../contract/recording'
import type { TraceEvent, TraceKind } from '../contract/trace'
import { FlightRingReader } from '../platform/flight/flight-ring'
import type { RecordingSink } from './recorder'

/** What is kept around a fault. */
const BEFORE_MS = 1000
const AFTER_MS = 2000
const SAVE_EVERY_MS = 30
/** Younger records wait for the next round, because they may still be written. */
const SETTLE_MS = 2
/** A fault that comes so soon after another one has its share of the room already. */
const SAME_FAULT_MS = 500

/** Faults, and acts that end service or begin it. */
const KEPT_AROUND: ReadonlySet<TraceKind> = new Set<TraceKind>([
  'midplane.controller-killed',
  'midplane.controller-hung',
  'midplane.panic-asked',
  'midplane.controller-exited',
  'midplane.controller-started',
  'midplane.reset-requested',
  'midplane.watchdog-fired',
  'midplane.interconnect-cut',
  'midplane.interconnect-mended',
  'midplane.interconnect-slowed',
  'midplane.portal-unplugged',
  'midplane.portal-plugged-in',
  'midplane.management-unplugged',
  'midplane.management-plugged-in',
  'midplane.address-stolen',
  'midplane.address-given-back',
  'midplane.battery-removed',
  'midplane.battery-put-back',
  'midplane.nvram-erased',
  'takeover.detected',
  'takeover.serving',
  'giveback.started',
  'giveback.completed',
  'drive.pulled',
  'drive.put-back',
  'drive.died',
  'drive.replaced',
  'drive.slowed',
  'drive.sector-spoilt',
  'drive.bit-flipped',
  'drive.failed',
  'host.block-lost',
])

/** Of one controller: what is kept of its ring. */
interface KeptRing {
  readonly controller: ControllerId
  readonly reader: FlightRingReader
  /** Records that may still be kept. */
  room: number
  missing: number
}

export interface FlightSaver {
  /** Keeps what there is of the fault that was last. */
  close(): void
}

/**
 * Copies what the flight recorders have into the recording: from a little before a fault until a little after it. Faults that are near
 * each other share one stretch. It reads the ring of a dead controller like any other. Where there was too much, what is nearest to the
 * fault is kept, and the lines say how much is missing.
 */
export function createFlightSaver(parts: {
  readonly rings: Readonly<Record<ControllerId, SharedArrayBuffer>>
  readonly nowMs: () => number
  readonly sink: RecordingSink
  /** What is written belongs together from now on, or up to now. */
  readonly keepTogether: (isOn: boolean) => void
  readonly onEvents: (listener: (events: readonly TraceEvent[]) => void) => () => void
}): FlightSaver {
  const { nowMs, sink } = parts
  const rings = CONTROLLER_IDS.map((controller): KeptRing => ({
    controller,
    reader: new FlightRingReader(parts.rings[controller]),
    room: 0,
    missing: 0,
  }))
  let untilMs = Number.NEGATIVE_INFINITY
  let roomGivenMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function begin(faultMs: number): void {
    parts.keepTogether(true)
    for (const ring of rings) {
      ring.missing = ring.reader.skipTo(faultMs - BEFORE_MS, LIMITS.flightBeforeRecords)
      ring.room = ring.reader.waiting
    }
    timer = setInterval(() => save(nowMs() - SETTLE_MS), SAVE_EVERY_MS)
  }

  function save(settledMs: number): void {
    const toMs = Math.min(settledMs, untilMs)
    for (const ring of rings) keep(ring, toMs)
    if (settledMs >= untilMs && !rings.some(isBehind)) end()
  }

  function isBehind({ room, reader }: KeptRing): boolean {
    return room > 0 && reader.hasUntil(untilMs)
  }

  /** A piece at a time, so that a fence is not held up. */
  function keep(ring: KeptRing, toMs: number): void {
    const { bytes, count, missing } = ring.reader.take(Math.min(ring.room, LIMITS.flightPieceRecords), toMs)
    ring.room -= count
    ring.missing += missing
    if (count > 0) append(ring, bytes)
  }

  function append(ring: KeptRing, bytes: Uint8Array): void {
    const lineBytes = LIMITS.flightLineRecords * FLIGHT_RECORD_BYTES
    for (let at = 0; at < bytes.length || ring.missing > 0; at += lineBytes) {
      const records = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(lineBytes, bytes.length - at)).toString('base64')
      const line: RecordingFlight = { flight: { controller: ring.controller, missing: ring.missing, records } }
      sink.append(`${JSON.stringify(line)}\n`)
      ring.missing = 0
    }
  }

  function end(): void {
    clearInterval(timer)
    timer = undefined
    for (const ring of rings) {
      ring.missing += ring.reader.skipUntil(untilMs)
      append(ring, new Uint8Array())
    }
    parts.keepTogether(false)
  }

  function giveRoom(faultMs: number): void {
    if (faultMs - roomGivenMs < SAME_FAULT_MS) return
    roomGivenMs = faultMs
    for (const ring of rings) {
      if (ring.room === 0) catchUp(ring, faultMs)
      ring.room = Math.min(ring.room, LIMITS.flightAfterRecords) + LIMITS.flightAfterRecords
    }
  }

  /** The fault before it has had all its room: what came since then, and is not near to this one, is missing. */
  function catchUp(ring: KeptRing, faultMs: number): void {
    const before = ring.reader.waiting
    ring.reader.skipTo(faultMs - BEFORE_MS, LIMITS.flightBeforeRecords)
    ring.room = ring.reader.waiting
    ring.missing += before - ring.room
  }

  const endEvents = parts.onEvents((events) => {
    for (const { kind, timeMs } of events) {
      if (!KEPT_AROUND.has(kind)) continue
      if (timer === undefined) begin(timeMs)
      giveRoom(timeMs)
      untilMs = timeMs + AFTER_MS
    }
  })

  return {
    close() {
      endEvents()
      if (timer === undefined) return
      untilMs = Math.min(untilMs, nowMs())
      while (rings.some(isBehind)) for (const ring of rings) keep(ring, untilMs)
      end()
    },
  }
}
