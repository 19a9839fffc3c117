import type { TraceEvent, TraceId } from '../contract/trace'

/** Of a story that a window can show. */
const MOST_EVENTS = 400
const PASSES = 2

/** A name of a request is used again once its session is gone: it is that of this try for a while. */
interface Try {
  readonly name: string
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * All events of the request that an event belongs to, in their order: those of each of its tries, which a live host names anew, and what
 * they caused. Only the event itself, if it belongs to none. Empty if there is no such event.
 */
export function requestEvents(events: readonly TraceEvent[], id: TraceId): readonly TraceEvent[] {
  const chosen = events.find((event) => event.id === id)
  if (chosen === undefined) return []
  const tries = triesOf(chosen, events)
  const isOfTry = ({ request, timeMs }: TraceEvent): boolean =>
    request !== undefined && tries.some(({ name, fromMs, untilMs }) => name === request && timeMs >= fromMs && timeMs < untilMs)
  const ids = new Set([id, ...events.filter(isOfTry).map((event) => event.id)])
  // Each thread writes its own events, so a consequence may stand before its cause.
  for (let pass = 0; pass < PASSES; pass++)
    for (const event of events) if (event.cause !== undefined && ids.has(event.cause)) ids.add(event.id)
  return events.filter((event) => ids.has(event.id)).slice(0, MOST_EVENTS)
}

type HostEvents = ReadonlyMap<TraceId, TraceEvent>

function triesOf(chosen: TraceEvent, events: readonly TraceEvent[]): readonly Try[] {
  const host = new Map(events.filter(({ kind }) => kind.startsWith('host.')).map((event) => [event.id, event]))
  const first = firstOf(chosen, host)
  const tries = first === undefined ? [] : triesFrom(first, host)
  if (tries.length > 0 || chosen.request === undefined) return tries
  // It is not of the lab's host, or its beginning is not there: nobody tells where it begins.
  return [{ name: chosen.request, fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY }]
}

function triesFrom(first: TraceEvent, host: HostEvents): readonly Try[] {
  const chain = new Set([first.id])
  for (const { id, cause } of host.values()) if (cause !== undefined && chain.has(cause)) chain.add(id)
  const commands = [...host.values()].filter(({ kind }) => kind === 'host.command')
  return commands.flatMap(({ id, request: name, timeMs: fromMs }) => {
    if (name === undefined || !chain.has(id)) return []
    const again = commands.find((other) => other.request === name && other.timeMs > fromMs && !chain.has(other.id) && isNew(other))
    return [{ name, fromMs, untilMs: again?.timeMs ?? Number.POSITIVE_INFINITY }]
  })
}

/** The first try of a command follows from nothing. */
function isNew({ cause }: TraceEvent): boolean {
  return cause === undefined
}

/** The host's first event of the request of an event, or of the event itself. */
function firstOf(chosen: TraceEvent, host: HostEvents): TraceEvent | undefined {
  const { id, request, timeMs } = chosen
  const own = [...host.values()].filter(({ kind, request: name }) => kind === 'host.command' && name !== undefined && name === request)
  let at = host.get(id) ?? own.findLast((event) => event.timeMs <= timeMs) ?? own[0]
  // A cause is always older than what it causes, so this ends.
  for (let cause = at && causeOf(at, host); cause !== undefined; cause = causeOf(cause, host)) at = cause
  return at
}

/** A response of a simulated host follows from an event that is not its own. */
function causeOf({ id, cause, kind, request, timeMs }: TraceEvent, host: HostEvents): TraceEvent | undefined {
  const known = cause === undefined ? undefined : host.get(cause)
  if (known !== undefined && known.id < id) return known
  if (kind === 'host.command' || request === undefined) return undefined
  return [...host.values()].findLast(
    (event) => event.kind === 'host.command' && event.request === request && event.timeMs <= timeMs && event.id < id,
  )
}
