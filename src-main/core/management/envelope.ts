import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import { serviceRequestSchema, type ServiceFailure, type ServiceRequest } from '../../contract/service-request'
import type { Outcome, PreparedRequest, ServiceRequestDefinition } from './request'
import { findRequest } from './requests'

/** A request that came in by a management address: decoded, or refused with a sentence that names the field. */
export function decodeEnvelope(input: unknown, receivedBy: ControllerId): Result<ServiceRequest, ServiceFailure> {
  const parsed = v.safeParse(serviceRequestSchema, input)
  if (parsed.success) return ok(parsed.output)
  const issue = parsed.issues[0]
  const field = typeof issue.path?.[0].key === 'string' ? issue.path[0].key.slice(0, 64) : undefined
  const message =
    field === undefined
      ? 'A service request is an object with "id", "name" and, where the request takes some, "params".'
      : isUnknownField(field)
        ? `There is no field "${field}": a service request has "id", "name", "params" and "since".`
        : `The field "${field}" ${issue.received === 'undefined' ? 'is missing' : issue.message}.`
  const error = { code: 'bad-request' as const, message }
  return failure({ id: idOf(input), receivedBy, error: field === undefined ? error : { ...error, field } })
}

export function prepareRequest(
  request: ServiceRequest,
): Outcome<{ readonly definition: ServiceRequestDefinition; readonly prepared: PreparedRequest }> {
  const definition = findRequest(request.name)
  if (definition === undefined) {
    const message = `There is no service request named "${request.name}". GET /v1/service-requests lists them.`
    return failure({ code: 'unknown-request', message, field: 'name' })
  }
  const prepared = definition.prepare(request.params)
  return prepared.ok ? ok({ definition, prepared: prepared.value }) : prepared
}

function isUnknownField(field: string): boolean {
  return !Object.hasOwn(serviceRequestSchema.entries, field)
}

function idOf(input: unknown): string {
  if (typeof input !== 'object' || input === null || !('id' in input) || typeof input.id !== 'string') return ''
  return input.id.slice(0, 64)
}
