import type { IncomingMessage, ServerResponse } from 'node:http'
import { LAB_COMMANDS, type LabApi, type LabCommandName } from '../../contract/lab-api'
import type { LabError } from '../../contract/lab-error'
import { LIMITS } from '../../contract/limits'
import type { EventStreams } from './event-stream'
import { readJsonBody, refuseWithoutToken, sendJson } from '../../platform/loopback-guard'

interface LabRequest {
  readonly api: LabApi
  readonly events: EventStreams
  readonly token: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** It is told why a request was refused before anything of it was read. */
  readonly refused: (request: IncomingMessage, text: string) => void
}

const STATUS_BY_CODE: Readonly<Record<LabError['code'], number>> = { 'bad-command': 400, 'not-possible-now': 409, failed: 500 }

/** `GET /api/lab/snapshot`, `GET /api/lab/events`, and `POST /api/lab/<command>` with the command's parameters as body, for scripts. */
export function handleLabRequest(asked: LabRequest): void {
  const { api, token, request, response, refused } = asked
  const refusal = refuseWithoutToken(request, token)
  if (refusal !== undefined) {
    refused(request, refusal.message)
    sendJson(response, refusal.status, { error: refusal }, { 'www-authenticate': 'Bearer' })
    return
  }
  const path = request.url?.split('?', 1)[0] ?? ''
  const name = path.startsWith('/api/lab/') ? path.slice('/api/lab/'.length) : ''
  if (name === 'snapshot') readSnapshot(api, request, response)
  else if (name === 'events') readEvents(asked)
  else if (Object.hasOwn(LAB_COMMANDS, name)) readCommand(api, name as LabCommandName, request, response)
  else
    refuse(
      response,
      404,
      `There is no ${path.slice(0, 60)} here. Use /api/lab/snapshot, /api/lab/events, or /api/lab/<command> ` +
        `with one of these commands: ${Object.keys(LAB_COMMANDS).join(', ')}.`,
    )
}

function readSnapshot(api: LabApi, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET') {
    refuse(response, 405, 'Read the snapshot with GET.', { allow: 'GET' })
    return
  }
  answer(
    response,
    api.snapshot().then((snapshot) => sendJson(response, 200, snapshot)),
  )
}

function readEvents({ api, events, request, response }: LabRequest): void {
  if (request.method !== 'GET') refuse(response, 405, 'Read the events with GET.', { allow: 'GET' })
  else if (!events.add(api, request, response)) refuse(response, 429, 'Too many programs read the events already. End one of them.')
}

function readCommand(api: LabApi, name: LabCommandName, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') {
    refuse(response, 405, 'Send commands with POST.', { allow: 'POST' })
    return
  }
  const isEmpty =
    request.headers['content-length'] === '0' ||
    (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
  if (isEmpty) {
    runCommand(api, name, {}, response)
    return
  }
  readJsonBody(request, LIMITS.serviceRequestBytes, (body) => {
    if (body.ok) runCommand(api, name, body.value, response)
    else refuse(response, body.status, body.message, { connection: 'close' })
  })
}

function runCommand(api: LabApi, name: LabCommandName, parameters: unknown, response: ServerResponse): void {
  answer(
    response,
    // `command` decodes what it is given.
    api.command(name, parameters as Parameters<LabApi['command']>[1]).then((outcome) => {
      if (outcome.ok) sendJson(response, 200, { ok: true })
      else sendJson(response, STATUS_BY_CODE[outcome.error.code], { error: outcome.error })
    }),
  )
}

function answer(response: ServerResponse, work: Promise<void>): void {
  work.catch((error: unknown) => refuse(response, 500, error instanceof Error ? error.message : String(error)))
}

function refuse(response: ServerResponse, status: number, message: string, headers?: Readonly<Record<string, string>>): void {
  sendJson(response, status, { error: { code: status >= 500 ? 'failed' : 'bad-command', message } }, headers)
}
