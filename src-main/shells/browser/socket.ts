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
import { LIMITS } from '../../contract/limits'
import { isToken, refuseForeign } from '../../platform/loopback-guard'

const NO_ORIGIN = 'The Origin header is missing.'

export interface LabSocketServer {
  close(): void
}

interface SocketOptions {
  readonly server: Server
  readonly api: LabApi
  readonly token: string
  readonly port: () => number
  readonly refused: (request: IncomingMessage, text: string) => void
}

/** The page's connection to the lab (contract/lab-socket). */
export function attachLabSocket({ server, api, token, port, refused }: SocketOptions): LabSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LIMITS.labSocketMessageBytes, perMessageDeflate: false })
  /** Those that have not said hello, and those that are ending, the oldest first. */
  const dispensable = new Set<WebSocket>()

  function hasRoom(): boolean {
    if (sockets.clients.size < LIMITS.labSockets) return true
    const [oldest] = dispensable
    if (oldest === undefined) return false
    dispensable.delete(oldest)
    oldest.terminate()
    return true
  }

  function end(socket: WebSocket, code: number): void {
    dispensable.add(socket)
    socket.close(code)
    const deadline = setTimeout(() => socket.terminate(), LIMITS.closeWithinMs)
    socket.once('close', () => clearTimeout(deadline))
  }

  function welcome(socket: WebSocket, request: IncomingMessage): void {
    dispensable.add(socket)
    const timeout = setTimeout(() => end(socket, LAB_SOCKET_CLOSE.wrongToken), LIMITS.labSocketHelloWithinMs)
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearTimeout(timeout)
      dispensable.delete(socket)
    })
    socket.once('message', (data, isBinary) => {
      clearTimeout(timeout)
      const hello = v.safeParse(labSocketHelloSchema, parse(data, isBinary))
      if (!hello.success || !isToken(hello.output.token, token)) {
        refused(request, hello.success ? 'The token of a page is wrong.' : 'The first message of a page is no hello.')
        end(socket, LAB_SOCKET_CLOSE.wrongToken)
        return
      }
      dispensable.delete(socket)
      serve(socket, api, () => end(socket, LAB_SOCKET_CLOSE.badMessage))
    })
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => undefined)
    // A browser always sends Origin. Without it there is no WebSocket.
    const foreign = refuseForeign(request, port())?.message ?? (request.headers.origin === undefined ? NO_ORIGIN : undefined)
    if (foreign !== undefined) {
      refused(request, foreign)
      refuse(stream, '403 Forbidden')
    } else if (request.url !== LAB_SOCKET_PATH) refuse(stream, '404 Not Found')
    else if (!hasRoom()) refuse(stream, '503 Service Unavailable')
    else sockets.handleUpgrade(request, stream, head, (socket) => welcome(socket, request))
  })
  return {
    close() {
      for (const socket of sockets.clients) end(socket, LAB_SOCKET_CLOSE.labClosed)
      sockets.close()
    },
  }
}

/** Does not wait until the other side closes its half. */
function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => stream.destroy())
}

function serve(socket: WebSocket, api: LabApi, endForBadMessage: () => void): void {
  let underWay = 0
  const send = (message: LabSocketMessage) => socket.send(JSON.stringify(message))
  const push = (message: LabSocketMessage) => {
    if (socket.bufferedAmount < LIMITS.labPushBytes) send(message)
  }
  send({ welcome: true })
  const endSnapshots = api.onSnapshot((value) => push({ push: 'snapshot', value }))
  const endEvents = api.onEvents((value) => push({ push: 'events', value }))
  const endSimulation = api.onSimulation((value) => push({ push: 'simulation', value }))
  const endExercises = api.onExercises((value) => push({ push: 'exercises', value }))
  const endClassroom = api.onClassroom((value) => push({ push: 'classroom', value }))
  socket.on('close', () => {
    endSnapshots()
    endEvents()
    endSimulation()
    endExercises()
    endClassroom()
  })
  socket.on('message', (data, isBinary) => {
    const call = v.safeParse(labSocketCallSchema, parse(data, isBinary))
    if (!call.success || underWay >= LIMITS.labCallsUnderWay) {
      endForBadMessage()
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
