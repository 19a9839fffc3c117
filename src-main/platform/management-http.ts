import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import * as v from 'valibot'
import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { SocketAddress } from '../contract/midplane'
import { serviceRequestSchema, type ServiceAnswer, type ServiceError, type ServiceErrorCode, type ServiceRequest, type ServiceRequestDescription } from '../contract/service-request'
import { readJsonBody, refuseForeign, refuseWithoutToken, sendJson } from './loopback-guard'
import type { Reactor } from './reactor'

/** The controller's side: what comes in by the management address of `of`. */
export interface ServiceHandler {
  serve(of: ControllerId, request: ServiceRequest, answer: (answer: ServiceAnswer) => void): void
  table(): readonly ServiceRequestDescription[]
  /** The controller that this is. */
  readonly self: ControllerId
}

export interface ManagementServer {
  readonly server: Server
  close(done: () => void): void
}

const PATH = '/v1/service-requests'
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000

/** `POST` runs a service request, `GET` lists the table. One per management address that this controller serves. */
export function createManagementServer(options: {
  readonly of: ControllerId
  readonly token: string
  readonly address: SocketAddress
  readonly reactor: Reactor
  readonly service: ServiceHandler
}): ManagementServer {
  const { of, token, address, reactor, service } = options
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 16 * 1024 }, (request, response) => {
    response.on('error', () => undefined)
    const refusal = refuseForeign(request, address.port) ?? refuseWithoutToken(request, token)
    if (refusal !== undefined) {
      sendError(response, refusal.status, '', refusal)
      return
    }
    route(request, response)
  })
  server.maxConnections = LIMITS.serviceRequestsUnderWay

  function route(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.split('?', 1)[0] !== PATH) {
      sendError(response, 404, '', { code: 'not-found', message: `There is only ${PATH} here.` })
    } else if (request.method === 'GET') {
      sendJson(response, 200, { requests: service.table() })
    } else if (request.method === 'POST') {
      readJsonBody(request, LIMITS.serviceRequestBytes, (body) => {
        if (body.ok) serve(body.value, response)
        else sendError(response, body.status, '', { code: 'bad-request', message: body.message })
      })
    } else {
      sendError(response, 405, '', { code: 'bad-request', message: `${PATH} takes GET and POST.` }, { allow: 'GET, POST' })
    }
  }

  function serve(value: unknown, response: ServerResponse): void {
    const parsed = v.safeParse(serviceRequestSchema, value)
    if (!parsed.success) {
      sendError(response, 400, idOf(value), issueOf(parsed.issues[0]))
      return
    }
    reactor.turn(() =>
      service.serve(of, parsed.output, (answer) => {
        if (!response.writableEnded) sendJson(response, 'error' in answer ? STATUS_BY_CODE[answer.error.code] : 200, answer)
      }),
    )
  }

  function sendError(response: ServerResponse, status: number, id: string, error: { code: string; message: string; field?: string | undefined }, headers?: Record<string, string>): void {
    // Whatever is left of the body is not read.
    sendJson(response, status, { id, receivedBy: service.self, error }, status === 413 || status === 415 ? { ...headers, connection: 'close' } : headers)
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
  'id-reused': 409,
  busy: 429,
  unavailable: 503,
}

function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id.slice(0, LIMITS.serviceRequestIdLength) : ''
}

function issueOf(issue: v.BaseIssue<unknown>): ServiceError {
  const field = v.getDotPath(issue)
  if (field === null) return { code: 'bad-request', message: 'The body must be an object with "id", "name" and "params".' }
  return { code: 'bad-request', message: issue.expected === 'never' ? `"${field}" is not a field of a service request.` : `"${field}" ${plain(issue)}.`, field }
}

/** The schema's sentences begin with "must"; valibot's own ones, for what is missing, do not. */
function plain(issue: v.BaseIssue<unknown>): string {
  return issue.message.startsWith('must') ? issue.message : 'is missing'
}
