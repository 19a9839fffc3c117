import { createServer, type Server } from 'node:net'
import type { SocketAddress } from '../contract/midplane'

/**
 * How long to retry an address that is in use. The thread that had it may be ending, and its sockets with it.
 */
const TAKEN_RETRY_MS = 5
const TAKEN_GIVE_UP_MS = 2000

/** Listens, or gives a sentence about why it cannot. Retries an address that is in use for two seconds. */
export function listenOn(server: Server, address: SocketAddress, done: (error: string | undefined) => void): void {
  let waitedMs = 0
  const attempt = () => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.removeListener('listening', onListening)
      if (error.code === 'EADDRINUSE' && waitedMs < TAKEN_GIVE_UP_MS) {
        waitedMs += TAKEN_RETRY_MS
        setTimeout(attempt, TAKEN_RETRY_MS)
      } else {
        done(listenSentence(address, error))
      }
    }
    const onListening = () => {
      server.removeListener('error', onError)
      done(undefined)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ host: address.host, port: address.port, backlog: 64, exclusive: true })
  }
  attempt()
}

function listenSentence(address: SocketAddress, error: NodeJS.ErrnoException): string {
  const where = `${address.host}:${address.port}`
  if (error.code === 'EADDRINUSE') return `${where} is in use by another program`
  if (error.code === 'EACCES') return `this user is not allowed to listen on ${where}`
  return `cannot listen on ${where}: ${error.message}`
}

/** The port, if this process could listen there now. For port 0, a free one. */
export function probePort(address: SocketAddress): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : undefined
      server.close(() => resolve(port))
    })
  })
}
