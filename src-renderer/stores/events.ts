import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { newestEvents, type TraceEvent, type TraceId } from '../../src-main/contract/trace'

/** Events kept in the page. The oldest go first, I/O before others, because people look longest for rare events. */
const MAX_EVENTS = 16_000

/** `restarted`: these replace all there were. */
export type EventListener = (events: readonly TraceEvent[], restarted: boolean) => void

/**
 * Trace events of the recent past, oldest first. They never become reactive: views read `all()` again when `version`
 * changes, which is at most once per animation frame.
 */
function eventBook() {
  const version = shallowRef(0)
  const dropped = shallowRef(0)
  /** The event whose request's story is shown. */
  const selected = shallowRef<TraceId>()
  const listeners = new Set<EventListener>()
  let events: TraceEvent[] = []
  let byId = new Map<TraceId, TraceEvent>()
  let frame = 0

  function add(more: readonly TraceEvent[]): void {
    append(more)
    for (const listener of listeners) listener(more, false)
  }

  /** After a (re)connection, the events that the lab remembers replace those of the page. */
  function restart(remembered: readonly TraceEvent[]): void {
    events = []
    byId = new Map()
    append(remembered)
    for (const listener of listeners) listener(remembered, true)
  }

  function append(more: readonly TraceEvent[]): void {
    for (const event of more) {
      if (byId.has(event.id)) continue
      events.push(event)
      byId.set(event.id, event)
    }
    if (events.length > MAX_EVENTS) forgetOldest()
    if (frame === 0) frame = requestAnimationFrame(announce)
  }

  function forgetOldest(): void {
    const kept = newestEvents(events, Math.floor(MAX_EVENTS * 0.75))
    dropped.value += events.length - kept.length
    events = [...kept]
    byId = new Map(events.map((event) => [event.id, event]))
  }

  function announce(): void {
    frame = 0
    version.value++
  }

  function onEvents(listener: EventListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    version,
    dropped,
    selected,
    add,
    restart,
    onEvents,
    all: () => events as readonly TraceEvent[],
    find: (id: TraceId) => byId.get(id),
  }
}

export const useEventStore = defineStore('events', eventBook)
/** Those of the simulation, up to the moment that is shown. */
export const useSimulatedEventStore = defineStore('simulated-events', eventBook)

export type EventBook = Pick<
  ReturnType<typeof useEventStore>,
  'version' | 'dropped' | 'selected' | 'add' | 'restart' | 'onEvents' | 'all' | 'find'
>
