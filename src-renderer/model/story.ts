import { LIMITS } from '../../src-main/contract/limits'
import type { TraceEvent, TraceId } from '../../src-main/contract/trace'

export interface StoryStep {
  readonly event: TraceEvent
  /** How many causes lie between it and the story's first event. */
  readonly depth: number
  /** Milliseconds after the story's first event. */
  readonly offsetMs: number
}

const MAX_STEPS = LIMITS.storySteps

/**
 * Everything that led to an event and everything that followed from it: all events of its request, their causes as far back
 * as they are known, and their consequences, in order of time.
 */
export function storyOf(chosen: TraceEvent, events: readonly TraceEvent[]): readonly StoryStep[] {
  const members = new Map<TraceId, TraceEvent>()
  const byId = new Map(events.map((event) => [event.id, event]))
  const root = rootOf(chosen, byId)
  const isOfRequest = sameRequest(chosen, events, byId)
  members.set(root.id, root)
  members.set(chosen.id, chosen)
  // A cause is earlier than its consequence, but may come later in the list. Two passes find them all.
  for (let pass = 0; pass < 2; pass++) {
    for (const event of events) {
      if (members.size >= MAX_STEPS) break
      if (isOfRequest(event) || (event.cause !== undefined && members.has(event.cause))) members.set(event.id, event)
    }
  }
  const ordered = [...members.values()].sort((x, y) => x.timeMs - y.timeMs || x.id - y.id)
  const startMs = ordered[0]?.timeMs ?? 0
  return ordered.map((event) => ({ event, depth: depthOf(event, members), offsetMs: event.timeMs - startMs }))
}

/** A name is used again once its session is gone. So what has it belongs together from a command that follows from another one on. */
function sameRequest(
  { request, timeMs: chosenMs }: TraceEvent,
  events: readonly TraceEvent[],
  byId: ReadonlyMap<TraceId, TraceEvent>,
): (event: TraceEvent) => boolean {
  if (request === undefined) return () => false
  const isFirst = ({ cause }: TraceEvent): boolean => {
    const before = cause === undefined ? undefined : byId.get(cause)
    return cause === undefined || (before !== undefined && before.request !== request)
  }
  const beginnings = events.filter((event) => event.kind === 'host.command' && event.request === request && isFirst(event))
  const fromMs = Math.max(...beginnings.map(({ timeMs }) => (timeMs <= chosenMs ? timeMs : Number.NEGATIVE_INFINITY)))
  const untilMs = Math.min(...beginnings.map(({ timeMs }) => (timeMs > chosenMs ? timeMs : Number.POSITIVE_INFINITY)))
  return (event) => event.request === request && event.timeMs >= fromMs && event.timeMs < untilMs
}

function rootOf(event: TraceEvent, byId: ReadonlyMap<TraceId, TraceEvent>): TraceEvent {
  const seen = new Set<TraceId>()
  let at = event
  while (at.cause !== undefined && !seen.has(at.id)) {
    seen.add(at.id)
    const cause = byId.get(at.cause)
    if (cause === undefined) break
    at = cause
  }
  return at
}

function depthOf(event: TraceEvent, members: ReadonlyMap<TraceId, TraceEvent>): number {
  let depth = 0
  let at: TraceEvent | undefined = event
  while (at?.cause !== undefined && depth < 24) {
    at = members.get(at.cause)
    if (at !== undefined) depth++
  }
  return depth
}
