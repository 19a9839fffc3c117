import type { ControllerId } from '../../../src-main/contract/controller-id'
import { LIMITS } from '../../../src-main/contract/limits'
import type { Place, TraceEvent, TraceId, TraceKind } from '../../../src-main/contract/trace'
import type { FlightCounts } from '../../model/flight-counts'

/** What a moving mark looks like: its shape says what it is. */
export type FlightShape = 'read' | 'write' | 'service' | 'forwarded' | 'mirrored' | 'ownership' | 'answer' | 'reset'

/** The label of a message about service ownership. Such messages are few, so each gets one. */
export type FlightWord = 'request' | 'relinquish' | 'acknowledge' | 'keep' | 'grant' | 'refuse'

export interface Flight {
  readonly from: Place
  readonly to: Place
  readonly shape: FlightShape
  /** By whose port the request came in. */
  readonly hue: ControllerId | undefined
  readonly word?: FlightWord
  readonly startMs: number
  readonly durationMs: number
}

const HOP_MS = 420
const INSIDE_HOP_MS = 240
/** Long enough to read the word on it. */
const WORDED_HOP_MS = 850
/** Real hops take microseconds, and drawn ones lag behind. A hop that would lag more than this is not drawn. */
const MAX_LAG_MS = 6000
const MAX_FLYING = LIMITS.flights
/** I/O requests that begin to be drawn, per second, and at most at once. */
const REQUESTS_PER_SECOND = 9
const BURST = 9
const MAX_REMEMBERED = LIMITS.flightEvents
const REST_SHARE = 0.88

interface Drawn {
  readonly admitted: boolean
  operation: 'read' | 'write'
  hue: ControllerId | undefined
  /** When its way from the host ends at the portal, once that is drawn. */
  atPortalMs: number | undefined
  /** When what is drawn of it so far has all arrived. */
  arrivedMs: number
}

/**
 * Turns trace events into marks that move in the order of cause and effect. Each hop starts where and when its cause has
 * arrived. Only some of many I/O requests are drawn, but each of those from beginning to end.
 */
export function createFlights() {
  const arrivals = new Map<TraceId, number>()
  const requests = new Map<string, Drawn>()
  /** The request that each event belongs to. Events below the portals do not name it, but their causes do. */
  const drawnOfEvent = new Map<TraceId, Drawn>()
  let flying: Flight[] = []
  let credit = BURST
  let creditAtMs = 0
  let seen = 0
  let shown = 0

  /** `everyRequest`: for events so few that all of them can be followed. */
  function add(events: readonly TraceEvent[], nowMs: number, everyRequest = false): void {
    credit = everyRequest ? Number.POSITIVE_INFINITY : Math.min(BURST, credit + ((nowMs - creditAtMs) * REQUESTS_PER_SECOND) / 1000)
    creditAtMs = nowMs
    for (const event of events) addOne(event, nowMs)
    forgetOldest()
  }

  /** Records what happened before the picture was shown, so that its consequences can be drawn. */
  function learn(events: readonly TraceEvent[]): void {
    for (const event of events) {
      const drawn = event.request === undefined ? inherited(event) : noteRequest(event.request, event, true)
      if (drawn !== undefined) drawnOfEvent.set(event.id, drawn)
    }
    forgetOldest()
  }

  function forgetOldest(): void {
    forget(arrivals)
    forget(requests)
    forget(drawnOfEvent)
  }

  function addOne(event: TraceEvent, nowMs: number): void {
    const drawn = event.request === undefined ? inherited(event) : drawnOf(event.request, event)
    if (drawn !== undefined) drawnOfEvent.set(event.id, drawn)
    if (drawn?.admitted === false) return
    let startMs = Math.max(nowMs, (event.cause === undefined ? undefined : arrivals.get(event.cause)) ?? nowMs)
    // The cause of an answer is the command. The answer goes back when everything done for the command has arrived.
    if (ANSWER_KINDS.has(event.kind)) startMs = Math.max(startMs, drawn?.arrivedMs ?? startMs)
    const shape = shapeOf(event, drawn)
    const word = WORDS[event.kind]
    // A message of a controller to itself, as arbiter and owner in one, stays there long enough to be read.
    const to = event.to ?? (word === undefined ? undefined : event.place)
    if (to === undefined || shape === undefined || startMs - nowMs > MAX_LAG_MS || flying.length >= MAX_FLYING) {
      arrivals.set(event.id, startMs)
      return
    }
    if (comesFromHost(event)) startMs = fromHost(event.place, { shape, drawn, startMs })
    const durationMs = word !== undefined ? WORDED_HOP_MS : isInside(event) ? INSIDE_HOP_MS : HOP_MS
    flying.push({ from: event.place, to, shape, hue: drawn?.hue, ...(word === undefined ? {} : { word }), startMs, durationMs })
    if (event.kind === 'host.command' && drawn !== undefined) drawn.atPortalMs = startMs + durationMs
    arrivals.set(event.id, startMs + durationMs)
    if (drawn !== undefined) drawn.arrivedMs = Math.max(drawn.arrivedMs, startMs + durationMs)
  }

  /** Hosts and stations outside the lab are not traced, so their requests start at the port. Returns when the mark gets there. */
  function fromHost(port: Place, { shape, drawn, startMs }: { shape: FlightShape; drawn: Drawn | undefined; startMs: number }): number {
    if (drawn?.atPortalMs !== undefined) return Math.max(startMs, drawn.atPortalMs)
    flying.push({ from: 'host', to: port, shape, hue: drawn?.hue, startMs, durationMs: HOP_MS })
    return startMs + HOP_MS
  }

  function inherited(event: TraceEvent): Drawn | undefined {
    return event.cause === undefined ? undefined : drawnOfEvent.get(event.cause)
  }

  function drawnOf(request: string, event: TraceEvent): Drawn {
    return requests.has(request) ? noteRequest(request, event, false) : noteRequest(request, event, admit(request, event))
  }

  /** `admitted` counts where the request is a new one. */
  function noteRequest(request: string, event: TraceEvent, admitted: boolean): Drawn {
    let drawn = requests.get(request)
    if (drawn === undefined) {
      drawn = { admitted, operation: 'read', hue: undefined, atPortalMs: undefined, arrivedMs: 0 }
      requests.set(request, drawn)
    }
    if (event.kind === 'host.command' && event.data?.['operation'] === 'write') drawn.operation = 'write'
    drawn.hue ??= hueOf(event)
    return drawn
  }

  /** Service requests are few, so all are drawn. An I/O request is drawn from its first event on, or not at all. */
  function admit(request: string, event: TraceEvent): boolean {
    if (!request.startsWith('io-')) return true
    seen++
    if (event.kind !== 'host.command' && event.kind !== 'portal.command') return false
    if (credit < 1) return false
    credit--
    shown++
    return true
  }

  /** Marks under way at `nowMs`; those that have arrived are let go. */
  function at(nowMs: number): readonly Flight[] {
    flying = flying.filter((flight) => flight.startMs + flight.durationMs > nowMs)
    return flying
  }

  /** Shortly before the last mark arrives, so that a clock that stops then leaves the mark visible. */
  function restMs(nowMs: number): number {
    return flying.reduce((latestMs, { startMs, durationMs }) => Math.max(latestMs, startMs + durationMs * REST_SHARE), nowMs)
  }

  function clear(): void {
    flying = []
    arrivals.clear()
    drawnOfEvent.clear()
    requests.clear()
  }

  return { add, learn, at, restMs, clear, counts: (): FlightCounts => ({ shown, seen }) }
}

const ANSWER_KINDS: ReadonlySet<TraceKind> = new Set<TraceKind>(['io.returned', 'portal.response'])

const WORDS: Readonly<Record<string, FlightWord>> = {
  'arbiter.asked': 'request',
  'owner.relinquish-asked': 'relinquish',
  'owner.relinquished': 'acknowledge',
  'owner.kept': 'keep',
  'arbiter.granted': 'grant',
  'arbiter.refused': 'refuse',
}

function shapeOf(event: TraceEvent, drawn: Drawn | undefined): FlightShape | undefined {
  switch (event.kind) {
    case 'io.forwarded':
    case 'io.returned':
    case 'service.forwarded':
    case 'service.returned':
      return 'forwarded'
    case 'nvram.mirrored':
      return drawn === undefined ? undefined : 'mirrored'
    case 'nvram.in-step':
      return 'mirrored'
    case 'arbiter.asked':
    case 'arbiter.granted':
    case 'arbiter.refused':
    case 'owner.relinquish-asked':
    case 'owner.relinquished':
    case 'owner.kept':
      return 'ownership'
    case 'portal.response':
    case 'service.answered':
      return 'answer'
    case 'midplane.reset-requested':
    case 'midplane.reset-granted':
    case 'midplane.reset-refused':
      return 'reset'
    // Drives also do internal work (superblocks, scrubbing). Only what a request caused is drawn.
    case 'drive.write':
      return drawn === undefined ? undefined : 'write'
    case 'drive.read':
      return drawn === undefined ? undefined : 'read'
    default:
      if (drawn === undefined) return undefined
      return event.request?.startsWith('sr-') === true ? 'service' : drawn.operation
  }
}

function hueOf(event: TraceEvent): ControllerId | undefined {
  for (const place of [event.to, event.place]) {
    if (place === 'portal-a' || place === 'management-a') return 'a'
    if (place === 'portal-b' || place === 'management-b') return 'b'
  }
  return undefined
}

function comesFromHost(event: TraceEvent): boolean {
  return (event.kind === 'portal.command' || event.kind === 'service.received') && event.cause === undefined && event.place !== 'host'
}

function isInside(event: TraceEvent): boolean {
  return (event.place.startsWith('portal-') || event.place.startsWith('management-')) && event.to?.startsWith('controller-') === true
}

function forget<K>(map: Map<K, unknown>): void {
  if (map.size <= MAX_REMEMBERED) return
  let excess = map.size - MAX_REMEMBERED / 2
  for (const key of map.keys()) {
    if (excess-- <= 0) break
    map.delete(key)
  }
}
