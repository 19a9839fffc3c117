import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LabApi } from '../../contract/lab-api'
import { LIMITS } from '../../contract/limits'
import type { TraceEvent } from '../../contract/trace'

/** Readers of a lab’s events by HTTP. */
export class EventStreams {
  #open = 0

  /** False: there are as many as there may be. */
  add(api: LabApi, request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#open >= LIMITS.eventStreams) return false
    this.#open++
    response.once('close', () => this.#open--)
    streamEvents(api, request, response)
    return true
  }
}

/**
 * `GET /api/lab/events`: one event a line, as JSON, for as long as the reader stays. With `?recent=N` at most N that have happened come
 * first, and all rare ones. A reader that does not keep up loses the connection, never the lab its memory.
 */
function streamEvents(api: LabApi, request: IncomingMessage, response: ServerResponse): void {
  const recent = recentOf(request.url ?? '')
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.flushHeaders()
  // Those that come while the past is looked up wait until it is sent.
  let early: TraceEvent[] | undefined = []
  const send = (events: readonly TraceEvent[]): void => {
    response.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    if (response.writableLength > LIMITS.eventStreamBytes) response.destroy()
  }
  const unsubscribe = api.onEvents((events) => {
    if (early === undefined) send(events)
    else early.push(...events)
  })
  response.on('close', unsubscribe)
  const past = recent === 0 ? Promise.resolve([]) : api.recentEvents(recent)
  past
    .then((events) => {
      const known = new Set(events.map(({ id }) => id))
      send([...events, ...(early ?? []).filter(({ id }) => !known.has(id))])
      early = undefined
    })
    .catch(() => response.destroy())
}

function recentOf(url: string): number {
  const given = new URL(url, 'http://lab').searchParams.get('recent') ?? '0'
  return /^\d{1,6}$/.test(given) ? Math.min(Number(given), LIMITS.eventStreamRecent) : 0
}
