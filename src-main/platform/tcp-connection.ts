import type { Socket } from 'node:net'
import { LIMITS } from '../contract/limits'
import type { ConnectionHandler, ConnectionPort } from '../core/ports'
import type { Reactor } from './reactor'

/** Chunks up to this long are copied together: cheaper than a vector entry each. */
const COALESCED_BYTES = 16 * 1024

export interface TcpConnection {
  readonly port: ConnectionPort
  /** From now on the handler gets what comes in. */
  attach(handler: ConnectionHandler): void
  destroy(): void
}

/**
 * A socket as the core sees it. What one turn sends leaves in one write at the end of the turn. Back-pressure is the
 * core's: it looks at `queuedBytes` and stops when that is above its limit.
 */
export function wrapSocket(socket: Socket, reactor: Reactor): TcpConnection {
  let handler: ConnectionHandler | undefined
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let wasFull = false
  let closing = false
  let closed = false

  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => reactor.turn(() => handler?.onData(bytes)))
  socket.on('drain', () => {
    if (!wasFull) return
    wasFull = false
    reactor.turn(() => handler?.onDrained())
  })
  // The end is told by 'close', which follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
    pending = []
    pendingBytes = 0
    reactor.turn(() => handler?.onClosed())
  })

  function flush(): void {
    const chunks = pending
    pending = []
    pendingBytes = 0
    if (closed) return
    const buffers = coalesce(chunks)
    if (buffers.length > 1) socket.cork()
    for (const buffer of buffers) socket.write(buffer)
    if (buffers.length > 1) socket.uncork()
    if (socket.writableLength > LIMITS.connectionQueueBytes) wasFull = true
    if (closing) socket.end()
  }

  const port: ConnectionPort = {
    remote: `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`,
    get queuedBytes() {
      return pendingBytes + socket.writableLength
    },
    send(chunks) {
      if (closed || closing) return
      if (pending.length === 0) reactor.atTurnEnd(flush)
      for (const chunk of chunks) {
        if (chunk.length === 0) continue
        pending.push(chunk)
        pendingBytes += chunk.length
      }
      if (port.queuedBytes > LIMITS.connectionQueueBytes) wasFull = true
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close() {
      if (closed || closing) return
      closing = true
      if (pending.length === 0) socket.end()
    },
  }
  return {
    port,
    attach: (given) => (handler = given),
    destroy: () => void socket.destroy(),
  }
}

/** Runs of short chunks as one buffer each; long ones as they are. */
function coalesce(chunks: readonly Uint8Array[]): Uint8Array[] {
  if (chunks.length < 2) return [...chunks]
  const buffers: Uint8Array[] = []
  let run: Uint8Array[] = []
  let runBytes = 0
  const endRun = () => {
    const first = run[0]
    if (first !== undefined) buffers.push(run.length === 1 ? first : join(run, runBytes))
    run = []
    runBytes = 0
  }
  for (const chunk of chunks) {
    if (chunk.length > COALESCED_BYTES) {
      endRun()
      buffers.push(chunk)
    } else {
      run.push(chunk)
      runBytes += chunk.length
    }
  }
  endRun()
  return buffers
}

function join(chunks: readonly Uint8Array[], byteLength: number): Uint8Array {
  const whole = Buffer.allocUnsafe(byteLength)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
