import type { Place, TraceEvent, TraceKind } from '../../src-main/contract/trace'

export type Stage = 'host' | 'portal' | 'controller' | 'interconnect' | 'drive'

/** Where a request is from an event on, until its next one. */
const STAGES: Partial<Readonly<Record<TraceKind, Stage>>> = {
  'host.command': 'portal',
  'host.response': 'host',
  'host.retry': 'host',
  'portal.command': 'controller',
  'portal.response': 'portal',
  'io.forwarded': 'interconnect',
  'io.returned': 'interconnect',
  'io.failed': 'controller',
  'nvram.mirrored': 'interconnect',
  'nvram.destaged': 'controller',
  'drive.read': 'drive',
  'drive.write': 'drive',
  'drive.flush': 'drive',
  'drive.refused': 'controller',
  'drive.error': 'controller',
  'service.received': 'portal',
  'service.forwarded': 'interconnect',
  'service.served': 'controller',
  'service.returned': 'interconnect',
  'service.answered': 'portal',
}
const GOOD_STATUS = 0
/** What is no request has none of these: a takeover, say, which nobody is waiting to be answered. */
const BEGINNINGS: ReadonlySet<TraceKind> = new Set(['host.command', 'portal.command', 'service.received'])

/** A part of the way of a request: where it was, from when on, and for how long. Times after its beginning. */
export interface WaterfallLeg {
  readonly stage: Stage
  /** Several drives that were read or written at once. */
  readonly places: readonly Place[]
  readonly fromMs: number
  readonly ms: number
  /** The event that begins it. */
  readonly event: TraceEvent
}

export interface Waterfall {
  readonly request: string | undefined
  readonly startMs: number
  readonly totalMs: number
  readonly legs: readonly WaterfallLeg[]
  /** Undefined: its host has no good answer in these events. */
  readonly answer: TraceEvent | undefined
}

/**
 * The critical path of a request, leg by leg: whose turn it was at each moment until its answer came. What the answer did not wait for,
 * such as the way to the drives of a write that NVRAM holds, is no part of it. Undefined where there is no way to show. `events`: those
 * of one request.
 */
export function waterfallOf(events: readonly TraceEvent[]): Waterfall | undefined {
  if (!events.some(({ kind }) => BEGINNINGS.has(kind))) return undefined
  const ordered = events
    .filter(({ kind }) => STAGES[kind] !== undefined)
    .toSorted((one, other) => one.timeMs - other.timeMs || one.id - other.id)
  const answerIndex = ordered.findLastIndex(isGoodAnswer)
  const path = answerIndex < 0 ? ordered : ordered.slice(0, answerIndex + 1)
  const [first] = path
  const last = path.at(-1)
  if (first === undefined || last === undefined || path.length < 2) return undefined
  return {
    request: path.find(({ request }) => request !== undefined)?.request,
    startMs: first.timeMs,
    totalMs: last.timeMs - first.timeMs,
    legs: path.slice(0, -1).reduce<readonly WaterfallLeg[]>((legs, event, index) => {
      const untilMs = path[index + 1]?.timeMs ?? event.timeMs
      return withLeg(legs, {
        stage: STAGES[event.kind] ?? 'host',
        places: [placeOf(event)],
        fromMs: event.timeMs - first.timeMs,
        ms: untilMs - event.timeMs,
        event,
      })
    }, []),
    answer: answerIndex < 0 ? undefined : last,
  }
}

/** The longest leg, which is where to look first. */
export function longestLeg({ legs }: Waterfall): WaterfallLeg | undefined {
  return legs.reduce<WaterfallLeg | undefined>((longest, leg) => (longest === undefined || leg.ms > longest.ms ? leg : longest), undefined)
}

/** Accesses to drives that overlap are one leg: the answer waited for the last of them. */
function withLeg(legs: readonly WaterfallLeg[], leg: WaterfallLeg): readonly WaterfallLeg[] {
  const last = legs.at(-1)
  if (last === undefined || last.stage !== leg.stage || (leg.stage !== 'drive' && last.places[0] !== leg.places[0])) return [...legs, leg]
  const places = [...new Set([...last.places, ...leg.places])]
  return [...legs.slice(0, -1), { ...last, places, ms: leg.fromMs + leg.ms - last.fromMs }]
}

function placeOf({ place, to, kind }: TraceEvent): Place {
  if (kind === 'portal.response' || kind === 'service.answered') return place
  return to ?? place
}

/** Of a host, or of the portal where the host is not of the lab, or of a management port. */
function isGoodAnswer({ kind, data }: TraceEvent): boolean {
  return (kind === 'host.response' && data?.['status'] === GOOD_STATUS) || kind === 'service.answered'
}
