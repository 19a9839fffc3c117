import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { TraceEvent, TraceId } from '../../src-main/contract/trace'

/** Events kept in the page; the oldest quarter goes when it is full. */
const MOST_EVENTS = 16_000

export type EventListener = (events: readonly TraceEvent[]) => void

/**
 * Trace events of the recent past, oldest first. They never become reactive: views read `all()` again when `version`
 * changes, which is at most once per animation frame.
 */
export const useEventStore = defineStore('events', () => {
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
    for (const listener of listeners) listener(more)
  }

  /** After a (re)connection: what the lab still remembers replaces what the page had. */
  function restart(remembered: readonly TraceEvent[]): void {
    events = []
    byId = new Map()
    append(remembered)
  }

  function append(more: readonly TraceEvent[]): void {
    for (const event of more) {
      if (byId.has(event.id)) continue
      events.push(event)
      byId.set(event.id, event)
    }
    if (events.length > MOST_EVENTS) forgetOldest()
    if (frame === 0) frame = requestAnimationFrame(announce)
  }

  function forgetOldest(): void {
    const count = events.length - Math.floor(MOST_EVENTS * 0.75)
    for (const event of events.slice(0, count)) byId.delete(event.id)
    events = events.slice(count)
    dropped.value += count
  }

  function announce(): void {
    frame = 0
    version.value++
  }

  function onEvents(listener: EventListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return { version, dropped, selected, add, restart, onEvents, all: () => events as readonly TraceEvent[], find: (id: TraceId) => byId.get(id) }
})
