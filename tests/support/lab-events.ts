/** The trace events of a lab that runs as a process of its own, as the page gets them. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { LAB_SOCKET_PATH, type LabSocketMessage } from '../../src-main/contract/lab-socket'
import type { TraceEvent, TraceKind } from '../../src-main/contract/trace'
import type { ReadyLine } from './lab-process'

export interface LabEvents {
  /** The first event of this kind that happened after `afterMs` on the trace clock, at `place` where one is given. */
  first(
    kind: TraceKind,
    afterMs: number,
    options?: { readonly place?: TraceEvent['place']; readonly timeoutMs?: number },
  ): Promise<TraceEvent>
  close(): void
}

export async function watchEvents({ http, token }: ReadyLine): Promise<LabEvents> {
  const socket = new WebSocket(`${http.replace('http', 'ws')}${LAB_SOCKET_PATH}`, { origin: http })
  const seen: TraceEvent[] = []
  let arrived: () => void = () => undefined
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as LabSocketMessage
    if ('push' in message && message.push === 'events') seen.push(...message.value)
    arrived()
  })
  await once(socket, 'open')
  const welcome = once(socket, 'message')
  socket.send(JSON.stringify({ token }))
  await welcome
  return {
    async first(kind, afterMs, { place, timeoutMs = 30_000 } = {}) {
      let isLate = false
      const timeout = setTimeout(() => {
        isLate = true
        arrived()
      }, timeoutMs)
      try {
        for (;;) {
          const event = seen.find(
            (seenOne) => seenOne.kind === kind && seenOne.timeMs > afterMs && seenOne.place === (place ?? seenOne.place),
          )
          if (event !== undefined) return event
          if (isLate) throw new Error(`no ${kind} within ${timeoutMs} ms`)
          await new Promise<void>((resolve) => (arrived = resolve))
        }
      } finally {
        clearTimeout(timeout)
      }
    },
    close: () => socket.close(),
  }
}
