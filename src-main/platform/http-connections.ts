import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { LIMITS } from '../contract/limits'

/** For every HTTP server of the lab. */
export const HTTP_BOUNDS: ServerOptions = {
  maxHeaderSize: LIMITS.httpHeaderBytes,
  headersTimeout: LIMITS.httpHeadersWithinMs,
  requestTimeout: LIMITS.httpRequestWithinMs,
  connectionsCheckingInterval: 1000,
}

/**
 * Bounds the connections of an HTTP server. Whoever connects gets a place: the oldest connection without a request being served
 * gives way. So slow senders, and those that send nothing, keep nobody out. Returns what forgets a connection that is no longer
 * HTTP.
 */
export function limitConnections(server: Server, limit: number): (socket: Duplex) => void {
  const open = new Set<Duplex>()
  /** Without a request being served, the one that waits longest first. */
  const idle = new Set<Duplex>()
  const forget = (socket: Duplex) => {
    open.delete(socket)
    idle.delete(socket)
  }

  server.on('connection', (socket: Socket) => {
    open.add(socket)
    idle.add(socket)
    socket.once('close', () => forget(socket))
    if (open.size <= limit) return
    const [oldest = socket] = idle
    forget(oldest)
    oldest.destroy()
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    response.once('close', () => {
      if (open.has(socket)) idle.add(socket)
    })
  })
  return forget
}
