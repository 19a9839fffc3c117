import type { Socket } from 'node:net'
import { LIMITS } from '../contract/limits'
import type { ConnectionHandler, ConnectionPort } from '../core/ports'
import type { ConnectionTap } from './flight/connection-tap'
import type { Reactor } from './reactor'

/** Chunks up to this long are copied together: cheaper than a vector entry each. */
const COALESCED_BYTES = 16 * 1024

export interface TcpConnection {
  readonly port: ConnectionPort
  /** From now on the handler gets what comes in. */
  attach(handler: ConnectionHandler): void
  /** One side has closed it. */
  readonly isEnding: boolean
  destroy(): void
}

/**
 * A socket as the core sees it. What one turn sends leaves in one write at the end of the turn. Back-pressure is the
 * core's: it looks at `queuedBytes` and stops when that is above its limit.
 */
export function wrapSocket(socket: Socket, reactor: Reactor, tap?: ConnectionTap): TcpConnection {
  let handler: ConnectionHandler | undefined
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let wasFull = false
  let closing = false
  let closed = false
  let deadline: NodeJS.Timeout | undefined

  /** The other side may never close its half, nor take what is queued. */
  function endInTime(): void {
    deadline ??= setTimeout(() => socket.destroy(), LIMITS.closeWithinMs).unref()
  }

  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => {
    reactor.turn(() => {
      tap?.received(bytes)
      handler?.onData(bytes)
    })
  })
  socket.on('drain', () => {
    if (!wasFull) return
    wasFull = false
    reactor.turn(() => handler?.onDrained())
  })
  socket.on('end', endInTime)
  // The end is told by 'close', which follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearTimeout(deadline)
    closed = true
    pending = []
    pendingBytes = 0
    reactor.turn(() => {
      tap?.closed()
      handler?.onClosed()
    })
  })

  function flush(): void {
    const chunks = pending
    pending = []
    pendingBytes = 0
    if (closed) return
    tap?.sent(chunks)
    sendGathered(socket, chunks)
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
      endInTime()
      if (pending.length === 0) socket.end()
    },
  }
  return {
    port,
    attach: (given) => (handler = given),
    get isEnding() {
      return deadline !== undefined
    },
    destroy: () => void socket.destroy(),
  }
}

/**
 * Runs of short chunks as one buffer each, long ones as they are; together one write. The buffer is used again when the
 * system has taken it whole at once, which it mostly does; a socket that is behind gets one of the size it needs.
 */
function sendGathered(socket: Socket, chunks: readonly Uint8Array[]): void {
  const isBehind = socket.writableLength > 0
  const gathered = isBehind ? Buffer.allocUnsafe(shortBytes(chunks)) : takeGatherBuffer()
  if (chunks.length > 1) socket.cork()
  let start = 0
  let end = 0
  const endRun = () => {
    if (end > start) socket.write(gathered.subarray(start, end))
    start = end
  }
  for (const chunk of chunks) {
    if (chunk.length <= COALESCED_BYTES && end + chunk.length <= gathered.length) {
      gathered.set(chunk, end)
      end += chunk.length
    } else {
      endRun()
      socket.write(chunk)
    }
  }
  endRun()
  if (chunks.length > 1) socket.uncork()
  if (!isBehind && socket.writableLength === 0) spareGatherBuffer = gathered
}

function shortBytes(chunks: readonly Uint8Array[]): number {
  let sum = 0
  for (const { length } of chunks) if (length <= COALESCED_BYTES) sum += length
  return sum
}

const GATHER_BYTES = 512 * 1024
let spareGatherBuffer: Buffer | undefined

function takeGatherBuffer(): Buffer {
  const buffer = spareGatherBuffer ?? Buffer.allocUnsafeSlow(GATHER_BYTES)
  spareGatherBuffer = undefined
  return buffer
}
