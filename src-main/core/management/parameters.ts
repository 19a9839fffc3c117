import * as v from 'valibot'
import { ok, type Result } from '../../base/result'
import type { ArrayState } from '../../contract/array-state'
import { nameSchema, type RaidGroup, type Volume } from '../../contract/configuration'
import { CONTROLLER_IDS, controllerIdSchema, type ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import type { ServiceError, ServiceParameter } from '../../contract/service-request'
import { refusal } from './refusal'

/** One parameter of a request: how it is decoded and how it is described to people. */
export interface Parameter<T> {
  readonly schema: v.GenericSchema<unknown, T>
  readonly type: ServiceParameter['type']
  readonly required: boolean
  readonly summary: string
  readonly choices?: readonly string[]
  readonly unit?: string
}

export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>
export type ParametersOf<P extends ParameterTable> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never }

export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  return { ...parameter, schema: v.optional(parameter.schema), required: false }
}

export function nameParameter(summary: string): Parameter<string> {
  return { schema: nameSchema, type: 'text', required: true, summary }
}

export function controllerParameter(summary: string): Parameter<ControllerId> {
  return { schema: controllerIdSchema, type: 'choice', required: true, summary, choices: CONTROLLER_IDS }
}

export function booleanParameter(summary: string): Parameter<boolean> {
  return { schema: v.boolean('must be true or false'), type: 'boolean', required: true, summary }
}

export function choiceParameter<const C extends readonly [string, ...string[]]>(choices: C, summary: string): Parameter<C[number]> {
  return { schema: v.picklist(choices, `must be one of ${choices.join(', ')}`), type: 'choice', required: true, summary, choices }
}

/** Without a maximum here, the state of the array sets it, and the request checks it. */
export function integerParameter(
  range: { readonly minimum: number; readonly maximum?: number; readonly unit?: string },
  summary: string,
): Parameter<number> {
  const { minimum, maximum = Number.MAX_SAFE_INTEGER, unit } = range
  const bounds = range.maximum === undefined ? `, ${minimum} or more` : ` from ${minimum} to ${maximum}`
  const message = `must be a whole number${bounds}`
  const schema = v.pipe(v.number(message), v.safeInteger(message), v.minValue(minimum, message), v.maxValue(maximum, message))
  return { schema, type: 'integer', required: true, summary, ...(unit === undefined ? {} : { unit }) }
}

const USUAL_ENTRIES = 100

/** How many of the newest entries of a log, which may keep `maximum`. */
export function entryCountParameter(maximum: number): Parameter<number> {
  const given = integerParameter({ minimum: 1, maximum }, `How many of the newest entries to return. The default is ${USUAL_ENTRIES}.`)
  return { ...given, required: false, schema: v.optional(given.schema, USUAL_ENTRIES) }
}

export function requestIdParameter(summary: string): Parameter<string> {
  const message = `must be a string of 1 to ${LIMITS.serviceRequestIdLength} characters`
  const schema = v.pipe(v.string(message), v.minLength(1, message), v.maxLength(LIMITS.serviceRequestIdLength, message))
  return { schema, type: 'text', required: true, summary }
}

export const lunParameter = (summary: string): Parameter<number> => integerParameter({ minimum: 0, maximum: LIMITS.luns - 1 }, summary)

/** A volume or a group, by its name or its number. */
export type Reference = string | number

export function referenceParameter(summary: string): Parameter<Reference> {
  const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
  const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
  const schema = v.union([name, number], 'must be a name or a number')
  return { schema, type: 'text', required: true, summary }
}

/** Rejects parameters that the table does not name. The first mistake is reported with its field. */
export function decodeParameters<P extends ParameterTable>(
  request: string,
  table: P,
  params: JsonObject,
): Result<ParametersOf<P>, ServiceError> {
  const names = Object.keys(table)
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(table, name))
  if (unknown !== undefined) {
    const takes = names.length === 0 ? 'takes no parameters' : `takes ${names.join(', ')}`
    return refusal('bad-parameter', `There is no parameter "${unknown.slice(0, 64)}". ${request} ${takes}.`, unknown.slice(0, 64))
  }
  const decoded: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(table)) {
    if (params[name] === undefined && parameter.required) {
      return refusal('bad-parameter', `The parameter "${name}" is missing: ${parameter.summary}`, name)
    }
    const parsed = v.safeParse(parameter.schema, params[name])
    if (!parsed.success) return refusal('bad-parameter', `The parameter "${name}" ${parsed.issues[0].message}.`, name)
    decoded[name] = parsed.output
  }
  return ok(decoded as ParametersOf<P>)
}

export function describeParameters(table: ParameterTable): ServiceParameter[] {
  return Object.entries(table).map(([name, { type, required, summary, choices, unit }]) => ({
    name,
    type,
    required,
    summary,
    ...(choices === undefined ? {} : { choices }),
    ...(unit === undefined ? {} : { unit }),
  }))
}

export function findVolume(state: ArrayState, reference: Reference, field = 'volume'): Result<Volume, ServiceError> {
  const { volumes } = state.configuration
  const found = findByReference(volumes, reference)
  if (found !== undefined) return ok(found)
  const known = volumes.length === 0 ? 'There are none.' : `There are: ${volumes.map(({ name }) => name).join(', ')}.`
  return refusal('not-found', `There is no volume ${quoted(reference)}. ${known}`, field)
}

export function findGroup(state: ArrayState, reference: Reference, field = 'group'): Result<RaidGroup, ServiceError> {
  const { groups } = state.configuration
  const found = findByReference(groups, reference)
  if (found !== undefined) return ok(found)
  return refusal('not-found', `There is no group ${quoted(reference)}. There are: ${groups.map(({ name }) => name).join(', ')}.`, field)
}

/** A name takes precedence over a number that is written as text. */
function findByReference<T extends { readonly id: number; readonly name: string }>(
  items: readonly T[],
  reference: Reference,
): T | undefined {
  if (typeof reference === 'number') return items.find(({ id }) => id === reference)
  return items.find(({ name }) => name === reference) ?? items.find(({ id }) => String(id) === reference)
}

function quoted(reference: Reference): string {
  return typeof reference === 'number' ? `number ${reference}` : `"${reference}"`
}
