import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import * as v from 'valibot'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { parseJson } from '../../contract/json'
import type { LabApi } from '../../contract/lab-api'
import {
  callLab,
  labSocketCallSchema,
  labSocketHelloSchema,
  LAB_SOCKET_CLOSE,
  LAB_SOCKET_PATH,
  type LabSocketMessage,
} from '../../contract/lab-socket'
import { isToken, refuseForeign } from '../../platform/loopback-guard'

const MESSAGE_BYTES = 128 * 1024
const SOCKETS = 16
const HELLO_WITHIN_MS = 5000
const CALLS_UNDER_WAY = 256
/** A page that falls behind gets no pushes until it catches up, since each snapshot replaces the one before. */
const PUSH_QUEUE_BYTES = 4 * 1024 * 1024

export interface LabSocketServer {
  close(): void
}

interface SocketOptions {
  readonly server: Server
  readonly api: LabApi
  readonly token: string
  readonly port: () => number
}

/** The page's connection to the lab (contract/lab-socket). */
export function attachLabSocket({ server, api, token, port }: SocketOptions): LabSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => undefined)
    // A browser always sends Origin. Without it there is no WebSocket.
    const refused = refuseForeign(request, port()) !== undefined || request.headers.origin === undefined
    if (refused || request.url !== LAB_SOCKET_PATH || sockets.clients.size >= SOCKETS) {
      stream.end(`HTTP/1.1 ${refused ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => welcome(socket, api, token))
  })
  return {
    close() {
      for (const socket of sockets.clients) socket.close(LAB_SOCKET_CLOSE.labClosed)
      sockets.close()
    },
  }
}

function welcome(socket: WebSocket, api: LabApi, token: string): void {
  const timeout = setTimeout(() => socket.close(LAB_SOCKET_CLOSE.wrongToken), HELLO_WITHIN_MS)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => clearTimeout(timeout))
  socket.once('message', (data, isBinary) => {
    clearTimeout(timeout)
    const hello = v.safeParse(labSocketHelloSchema, parse(data, isBinary))
    if (!hello.success || !isToken(hello.output.token, token)) socket.close(LAB_SOCKET_CLOSE.wrongToken)
    else serve(socket, api)
  })
}

function serve(socket: WebSocket, api: LabApi): void {
  let underWay = 0
  const send = (message: LabSocketMessage) => socket.send(JSON.stringify(message))
  const push = (message: LabSocketMessage) => {
    if (socket.bufferedAmount < PUSH_QUEUE_BYTES) send(message)
  }
  send({ welcome: true })
  const endSnapshots = api.onSnapshot((value) => push({ push: 'snapshot', value }))
  const endEvents = api.onEvents((value) => push({ push: 'events', value }))
  const endSimulation = api.onSimulation((value) => push({ push: 'simulation', value }))
  socket.on('close', () => {
    endSnapshots()
    endEvents()
    endSimulation()
  })
  socket.on('message', (data, isBinary) => {
    const call = v.safeParse(labSocketCallSchema, parse(data, isBinary))
    if (!call.success || underWay >= CALLS_UNDER_WAY) {
      socket.close(LAB_SOCKET_CLOSE.badMessage)
      return
    }
    underWay++
    const { id } = call.output
    callLab(api, call.output)
      .then(
        (result) => send({ id, result }),
        (error: unknown) => send({ id, error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => underWay--)
      .catch(() => socket.terminate())
  })
}

function parse(data: RawData, isBinary: boolean): unknown {
  if (isBinary) return undefined
  const json = parseJson((Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8'))
  return json.ok ? json.value : undefined
}
