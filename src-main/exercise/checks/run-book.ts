import type { ControllerId } from '../../contract/controller-id'
import { because, type Reason } from '../../contract/exercise-reason'
import type { Place, TraceData, TraceEvent, TraceId, TraceKind } from '../../contract/trace'
import type { ConfigurationFrame, Evidence } from '../evidence/evidence'
import type { EventKind } from './syntax'

/** A trace event, a violation that a checker found, or an act: what patterns are about. */
export interface Happening {
  /** Its place in the order of the run. */
  readonly order: number
  readonly kind: EventKind
  readonly timeMs: number
  /** Of an event of the trace; of another thing, of the event that shows it, if there is one. */
  readonly id?: TraceId | undefined
  readonly place?: Place | undefined
  readonly to?: Place | undefined
  readonly request?: string | undefined
  readonly cause?: TraceId | undefined
  readonly data: TraceData
}

const NO_DATA: TraceData = {}
/** Kinds that end what another kind of the same request began. */
const ENDS: Partial<Readonly<Record<TraceKind, TraceKind>>> = {
  'host.command': 'host.response',
  'portal.command': 'portal.response',
  'service.received': 'service.answered',
  'io.forwarded': 'io.returned',
  'service.forwarded': 'service.returned',
}
/** A chain of causes is never so long; a damaged recording may have a circle. */
const MOST_CAUSES = 10_000

/** Evidence, with what is needed to find things in it. */
export class RunBook {
  readonly evidence: Evidence
  readonly happenings: readonly Happening[]
  readonly #byKind = new Map<EventKind, Happening[]>()
  readonly #byId = new Map<TraceId, Happening>()
  readonly #byRequest = new Map<string, Happening[]>()

  constructor(evidence: Evidence) {
    this.evidence = evidence
    this.happenings = happeningsOf(evidence).map((one, order) => ({ ...one, order }))
    for (const one of this.happenings) {
      listIn(this.#byKind, one.kind).push(one)
      if (one.id !== undefined && isOfTrace(one.kind)) this.#byId.set(one.id, one)
      if (one.request !== undefined) listIn(this.#byRequest, one.request).push(one)
    }
  }

  /** In order. */
  ofKind(kind: EventKind): readonly Happening[] {
    return this.#byKind.get(kind) ?? []
  }

  event(id: TraceId): Happening | undefined {
    return this.#byId.get(id)
  }

  /** The events that led to this one, the nearest first. `isWhole`: none is missing. */
  causesOf(of: Happening): { readonly causes: readonly Happening[]; readonly isWhole: boolean } {
    const causes: Happening[] = []
    const seen = new Set<Happening>([of])
    for (let at = of; at.cause !== undefined && causes.length < MOST_CAUSES;) {
      const cause = this.#byId.get(at.cause)
      // Where no event of the run is missing, it was before the run.
      if (cause === undefined) return { causes, isWhole: this.evidence.incomplete.length === 0 }
      if (seen.has(cause)) return { causes, isWhole: false }
      seen.add(cause)
      causes.push(cause)
      at = cause
    }
    return { causes, isWhole: true }
  }

  /** The event with which the request of this one ends, if it does. Undefined: it never does, or none of its kind has an end. */
  endOf(of: Happening): Happening | undefined {
    const end = isOfTrace(of.kind) ? ENDS[of.kind] : undefined
    if (end === undefined || of.request === undefined) return undefined
    return this.#byRequest.get(of.request)?.find((one) => one.kind === end && one.order > of.order)
  }

  hasEnd(kind: EventKind): boolean {
    return isOfTrace(kind) && ENDS[kind] !== undefined
  }

  endKindOf(kind: EventKind): TraceKind | undefined {
    return isOfTrace(kind) ? ENDS[kind] : undefined
  }

  /** Why some happenings of these kinds may be missing. */
  missing(kinds: readonly EventKind[]): Reason | undefined {
    if (kinds.includes('violation') && this.evidence.violations === undefined) return because('noChecker')
    const asked = new Set<string>(kinds)
    return this.evidence.incomplete.find((one) => one.kinds.some((kind) => asked.has(kind)))?.why
  }

  /** How the pair stood at a time. */
  frameAt(timeMs: number): ConfigurationFrame | undefined {
    return this.evidence.frames.findLast(({ atMs }) => atMs <= timeMs)
  }
}

function isOfTrace(kind: EventKind): kind is TraceKind {
  return kind !== 'violation' && kind !== 'act'
}

type Unordered = Omit<Happening, 'order'>

/** An act comes before what it does, and a violation after what shows it. */
function happeningsOf({ events, acts, violations }: Evidence): readonly Unordered[] {
  const others: readonly { readonly rank: number; readonly one: Unordered }[] = [
    ...acts.map((act) => ({ rank: 0, one: happeningOfAct(act) })),
    ...events.map((event) => ({ rank: 1, one: happeningOfEvent(event) })),
    ...(violations ?? []).map((violation) => ({ rank: 2, one: happeningOfViolation(violation) })),
  ]
  return others.toSorted((a, b) => a.one.timeMs - b.one.timeMs || a.rank - b.rank).map(({ one }) => one)
}

function happeningOfEvent({ id, timeMs, place, kind, request, cause, to, data }: TraceEvent): Unordered {
  return { id, timeMs, place, kind, request, cause, to, data: data ?? NO_DATA }
}

function happeningOfAct({ by, act, parameters, atMs, event }: Evidence['acts'][number]): Unordered {
  return { id: event, kind: 'act', timeMs: atMs, data: { ...parameters, name: act, actor: by } }
}

function happeningOfViolation({ checker, sentence, atMs, place, event }: NonNullable<Evidence['violations']>[number]): Unordered {
  return { id: event, kind: 'violation', timeMs: atMs, place, cause: event, data: { checker, sentence } }
}

function listIn<K>(map: Map<K, Happening[]>, key: K): Happening[] {
  const known = map.get(key)
  if (known !== undefined) return known
  const list: Happening[] = []
  map.set(key, list)
  return list
}

/** The controller that did it, where a controller did. */
export function doerOf({ place }: Happening): ControllerId | undefined {
  return place === 'controller-a' ? 'a' : place === 'controller-b' ? 'b' : undefined
}
