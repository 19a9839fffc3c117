import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { LIMITS } from '../../src-main/contract/limits'
import type { TraceEvent, TraceId } from '../../src-main/contract/trace'
import { TraceHistory } from '../../src-main/contract/trace-history'

/** Events kept in the page, besides the rare ones, which stay. The oldest go first, I/O before others. */
const MAX_BUSY_EVENTS = LIMITS.windowEvents

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
  const history = new TraceHistory(MAX_BUSY_EVENTS)
  let byId = new Map<TraceId, TraceEvent>()
  let frame = 0

  function add(more: readonly TraceEvent[]): void {
    append(more)
    for (const listener of listeners) listener(more, false)
  }

  /** After a (re)connection, the events that the lab remembers replace those of the page. */
  function restart(remembered: readonly TraceEvent[]): void {
    history.clear()
    byId = new Map()
    append(remembered)
    for (const listener of listeners) listener(remembered, true)
  }

  function append(more: readonly TraceEvent[]): void {
    const added = more.filter((event) => !byId.has(event.id))
    for (const event of added) byId.set(event.id, event)
    const forgotten = history.add(added)
    if (forgotten > 0) {
      dropped.value += forgotten
      byId = new Map(history.all.map((event) => [event.id, event]))
    }
    if (frame === 0) frame = requestAnimationFrame(announce)
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
    all: () => history.all,
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
