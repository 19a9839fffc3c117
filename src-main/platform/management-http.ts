import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { SocketAddress } from '../contract/midplane'
import type { ServiceAnswer, ServiceErrorCode } from '../contract/service-request'
import type { ControllerReport, ServiceTable } from '../contract/snapshot'
import type { FlightLog } from './flight/flight-log'
import { HttpTap } from './flight/http-tap'
import { HTTP_BOUNDS, limitConnections } from './http-connections'
import { readJsonBody, refuseForeign, refuseWithoutToken, sendJson, sendText } from './loopback-guard'
import { METRICS_CONTENT_TYPE, metricsText } from './metrics'
import { openApiDocument } from './openapi'
import type { Reactor } from './reactor'
import { isOpenToAll, REDFISH_PREFIX, redfishResource } from './redfish'

/** The controller's side: what comes in by the management address of `of`. */
export interface ServiceHandler {
  /** Also decodes the request. This side knows only that it is JSON. */
  serve(of: ControllerId, request: unknown, answer: (answer: ServiceAnswer) => void): void
  table(): ServiceTable
  /** What this controller says of itself now. */
  report(): ControllerReport
  /** Of the lab: "1.2.3". */
  readonly version: string
  /** A request was refused before its body was read: its token is missing or wrong, or it comes from a foreign page. */
  refused(of: ControllerId, remote: string, message: string): void
  /** The controller that this is. */
  readonly self: ControllerId
}

export interface ManagementServer {
  readonly server: Server
  close(done: () => void): void
}

const PATH = '/v1/service-requests'
const OPENAPI_PATH = '/v1/openapi.json'
const METRICS_PATH = '/metrics'

/**
 * `POST` runs a service request, `GET` lists the table; the same table as OpenAPI, measurements, and the array in the shape of Redfish. One
 * per management address that this controller serves.
 */
export function createManagementServer(options: {
  readonly of: ControllerId
  readonly token: string
  readonly address: SocketAddress
  readonly reactor: Reactor
  readonly service: ServiceHandler
  readonly flight?: FlightLog | undefined
}): ManagementServer {
  const { of, token, address, reactor, service, flight } = options
  const tap = flight && new HttpTap(flight, `management-${of}`)
  const server = createServer(HTTP_BOUNDS, (request, response) => {
    tap?.begun(request, response)
    response.on('error', () => undefined)
    const path = request.url?.split('?', 1)[0] ?? ''
    const refusal = refuseForeign(request, address.port) ?? (isOpenToAll(path) ? undefined : refuseWithoutToken(request, token))
    if (refusal !== undefined) {
      const { remoteAddress = '?', remotePort = '?' } = request.socket
      reactor.turn(() => service.refused(of, `${remoteAddress}:${remotePort}`, refusal.message))
      sendError(response, refusal.status, refusal)
      return
    }
    route(path, request, response)
  })
  if (tap !== undefined) server.on('connection', (socket: Socket) => tap.opened(socket))
  limitConnections(server, LIMITS.httpConnections)

  /** What is only read. */
  const TOLD: Readonly<Record<string, (response: ServerResponse, path: string) => void>> = {
    [OPENAPI_PATH]: (response) => sendJson(response, 200, openApiDocument(service.table(), service.version)),
    [METRICS_PATH]: (response) => reactor.turn(() => sendText(response, METRICS_CONTENT_TYPE, metricsText(service.report()))),
  }

  function route(path: string, request: IncomingMessage, response: ServerResponse): void {
    const tell = path.startsWith(REDFISH_PREFIX) ? tellRedfish : TOLD[path]
    if (tell !== undefined) {
      if (request.method === 'GET') tell(response, path)
      else sendError(response, 405, { code: 'bad-request', message: `${path} takes GET.` }, { allow: 'GET' })
    } else if (path !== PATH) {
      sendError(response, 404, {
        code: 'not-found',
        message: `There is nothing here. The paths are ${PATH}, ${OPENAPI_PATH}, ${METRICS_PATH} and ${REDFISH_PREFIX}/v1.`,
      })
    } else if (request.method === 'GET') {
      sendJson(response, 200, service.table())
    } else if (request.method === 'POST') {
      readJsonBody(request, LIMITS.serviceRequestBytes, (body) => {
        if (body.ok) serve(body.value, response)
        else sendError(response, body.status, { code: 'bad-request', message: body.message })
      })
    } else {
      sendError(response, 405, { code: 'bad-request', message: `${PATH} takes GET and POST.` }, { allow: 'GET, POST' })
    }
  }

  function tellRedfish(response: ServerResponse, path: string): void {
    reactor.turn(() => {
      const resource = redfishResource(path, service.report())
      if (resource !== undefined) sendJson(response, 200, resource, { 'odata-version': '4.0' })
      else sendError(response, 404, { code: 'not-found', message: `There is no such resource. ${REDFISH_PREFIX}/v1 leads to all of them.` })
    })
  }

  function serve(value: unknown, response: ServerResponse): void {
    reactor.turn(() =>
      service.serve(of, value, (answer) => {
        if (!response.writableEnded) sendJson(response, 'error' in answer ? STATUS_BY_CODE[answer.error.code] : 200, answer)
      }),
    )
  }

  function sendError(
    response: ServerResponse,
    status: number,
    error: { code: string; message: string },
    headers?: Record<string, string>,
  ): void {
    // The rest of the body is not read.
    sendJson(
      response,
      status,
      { id: '', receivedBy: service.self, error },
      status === 413 || status === 415 ? { ...headers, connection: 'close' } : headers,
    )
  }

  return {
    server,
    close(done) {
      server.close(() => done())
      server.closeAllConnections()
    },
  }
}

const STATUS_BY_CODE: Readonly<Record<ServiceErrorCode, number>> = {
  'bad-request': 400,
  'unknown-request': 404,
  'bad-parameter': 400,
  'not-found': 404,
  'already-exists': 409,
  'no-space': 409,
  'in-use': 409,
  conflict: 409,
  'not-possible-now': 409,
  'not-primary': 421,
  'id-reused': 409,
  'id-expired': 409,
  busy: 429,
  unavailable: 503,
}
