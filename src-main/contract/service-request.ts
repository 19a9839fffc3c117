import * as v from 'valibot'
import { controllerIdSchema } from './controller-id'
import { isNestedTooDeep, type Json, type JsonObject } from './json'
import { LIMITS } from './limits'

/** US 9,015,391 B2: configuration, management, or monitoring other than the monitoring of I/O errors. */
export const SERVICE_REQUEST_KINDS = ['monitoring', 'configuration', 'management'] as const
export type ServiceRequestKind = (typeof SERVICE_REQUEST_KINDS)[number]

export const DISPATCH_SCHEMES = ['serve-locally', 'forward-to-owner', 'transfer-ownership', 'primary-only'] as const
export type DispatchScheme = (typeof DISPATCH_SCHEMES)[number]
export const dispatchSchemeSchema = v.picklist(DISPATCH_SCHEMES, `must be one of ${DISPATCH_SCHEMES.join(', ')}`)

export const serviceRequestSchema = v.strictObject({
  /** Chosen by the caller; sent again it gives the first result, or `id-expired`, and never runs twice. */
  id: v.pipe(
    v.string('must be text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(LIMITS.serviceRequestIdLength, `must have at most ${LIMITS.serviceRequestIdLength} characters`),
    v.regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
  ),
  /** `resultCount` of the array (get-array-status) as the caller knew it when it chose the id: any id is newer than these results. */
  since: v.optional(v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))),
  name: v.pipe(v.string('must be text'), v.maxLength(64, 'must have at most 64 characters')),
  params: v.optional(
    v.pipe(
      v.custom<JsonObject>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), 'must be an object'),
      v.check((params) => !isNestedTooDeep(params), `must not be nested more than ${LIMITS.jsonDepth} levels deep`),
    ),
    {},
  ),
})
export type ServiceRequest = v.InferOutput<typeof serviceRequestSchema>

export const SERVICE_ERROR_CODES = [
  'bad-request',
  'unknown-request',
  'bad-parameter',
  'not-found',
  'already-exists',
  'no-space',
  'in-use',
  'conflict',
  'not-possible-now',
  'not-primary',
  'id-reused',
  'id-expired',
  'busy',
  'unavailable',
] as const
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number]

/** An operator's mistake: a sentence that names what is wrong and what to do, and the field it is about. */
export const serviceErrorSchema = v.object({
  code: v.picklist(SERVICE_ERROR_CODES),
  message: v.string(),
  field: v.optional(v.string()),
})
export type ServiceError = v.InferOutput<typeof serviceErrorSchema>

const route = v.array(v.string())

/** `route` is the way the request went, as places of the trace: management-a, controller-a, interconnect, controller-b. */
const serviceResultSchema = v.object({
  id: v.string(),
  receivedBy: controllerIdSchema,
  servedBy: controllerIdSchema,
  route,
  result: v.custom<Json>((input) => input !== undefined),
})

export const serviceFailureSchema = v.object({ id: v.string(), receivedBy: controllerIdSchema, error: serviceErrorSchema })
export type ServiceFailure = v.InferOutput<typeof serviceFailureSchema>

export const serviceAnswerSchema = v.union([serviceResultSchema, serviceFailureSchema])
export type ServiceAnswer = v.InferOutput<typeof serviceAnswerSchema>

/** One row of the table of service requests, for `GET /v1/service-requests` and the console. */
export interface ServiceRequestDescription {
  readonly name: string
  readonly kind: ServiceRequestKind
  readonly summary: string
  readonly parameters: readonly ServiceParameter[]
}

export interface ServiceParameter {
  readonly name: string
  readonly type: 'text' | 'integer' | 'boolean' | 'choice'
  readonly required: boolean
  readonly summary: string
  readonly choices?: readonly string[]
  readonly unit?: string
}
