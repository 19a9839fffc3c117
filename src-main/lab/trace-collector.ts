import { LIMITS } from '../contract/limits'
import type { TraceEvent } from '../contract/trace'
import { TraceHistory } from '../contract/trace-history'
import type { TraceClock } from '../platform/clock'
import type { TraceFiles } from '../platform/trace-files'
import { TraceRingReader } from '../platform/trace-ring'
import { parseTraceRecord } from '../platform/trace-writer'

const DRAIN_EVERY_MS = 30
/** Younger events wait for the next round, because another writer may still be writing an older one. */
const SETTLE_MS = 2
/** Kept in memory for windows that open later, besides all that are rare. */
const RECENT_EVENTS = LIMITS.recentEvents

export interface TraceCollector {
  /** All that are rare, and so many of the others. */
  recent(limit: number): readonly TraceEvent[]
  counts(): { readonly recorded: number; readonly omitted: number; readonly overwritten: number; readonly fileBytes: number }
  onEvents(listener: (events: readonly TraceEvent[]) => void): () => void
  /** What is in the rings is in the file. */
  flush(): Promise<void>
  /** Takes what is in the rings, to the last event. */
  close(): void
}

/** Reads the rings of all writers, even dead ones, and sorts their events by time. */
export function createTraceCollector(options: {
  readonly rings: readonly SharedArrayBuffer[]
  readonly now: TraceClock
  readonly files: TraceFiles
}): TraceCollector {
  const { now, files } = options
  const readers = options.rings.map((memory) => new TraceRingReader(memory))
  const listeners = new Set<(events: readonly TraceEvent[]) => void>()
  let unsettled: TraceEvent[] = []
  const history = new TraceHistory(RECENT_EVENTS)
  const timer = setInterval(() => collect(now() - SETTLE_MS), DRAIN_EVERY_MS)

  function collect(untilMs: number): void {
    const found = unsettled
    for (const reader of readers) {
      reader.drain((text) => {
        const event = parseTraceRecord(text)
        if (event !== undefined) found.push(event)
      })
    }
    found.sort((one, other) => one.timeMs - other.timeMs || one.id - other.id)
    const firstUnsettled = found.findIndex((event) => event.timeMs > untilMs)
    const settled = firstUnsettled < 0 ? found : found.slice(0, firstUnsettled)
    unsettled = firstUnsettled < 0 ? [] : found.slice(firstUnsettled)
    if (settled.length > 0) publish(settled)
  }

  function publish(events: readonly TraceEvent[]): void {
    history.add(events)
    files.append(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    for (const listener of listeners) listener(events)
  }

  return {
    recent: (limit) => history.recent(Math.max(1, Math.min(limit, RECENT_EVENTS))),
    counts() {
      let recorded = 0
      let omitted = 0
      let overwritten = 0
      for (const reader of readers) {
        const counts = reader.counts()
        recorded += counts.recorded
        omitted += counts.omitted
        overwritten += reader.overwritten
      }
      return { recorded, omitted, overwritten, fileBytes: files.byteCount }
    },
    onEvents(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    flush() {
      collect(Number.POSITIVE_INFINITY)
      return files.flushed()
    },
    close() {
      clearInterval(timer)
      collect(Number.POSITIVE_INFINITY)
      files.close()
    },
  }
}
