import type { AttemptAct, OpenParameter, SheetAct } from '../../../src-main/contract/exercise-desk'
import type { JsonObject } from '../../../src-main/contract/json'
import type { ServiceParameter, ServiceRequestDescription } from '../../../src-main/contract/service-request'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { parametersFrom, suggestionsFor } from '../service/parameters'

/** What an act's form asks for. `ofRequest`: a parameter of the service request, which is called as the request calls it. */
export type ActField = { readonly ofRequest?: true } & (
  OpenParameter | { readonly name: string; readonly kind: 'text'; readonly usual: string; readonly suggestions: readonly string[] }
)

/** The ids of a learner's requests begin so: exercises ask for r1, r2 and so on, in this order. */
const OWN_IDS = 'r'

type Table = readonly ServiceRequestDescription[]
type OneAct = Pick<SheetAct, 'act' | 'parameters'>

/**
 * What is left to the learner of an act. Of a service request that is also its id, which one it is, and its parameters by the table of
 * requests. `chosenName`: of the request, if the exercise does not say it and the learner has chosen.
 */
export function fieldsOf(
  allowed: SheetAct,
  table: Table,
  done: readonly AttemptAct[],
  snapshot: LabSnapshot | undefined,
  chosenName?: string,
): readonly ActField[] {
  if (allowed.act !== 'request') return allowed.open
  const id = 'id' in allowed.parameters ? [] : [{ name: 'id', kind: 'text', usual: nextId(done), suggestions: [] } as const]
  const name = 'name' in allowed.parameters ? [] : [{ name: 'name', kind: 'choice', options: table.map((one) => one.name) } as const]
  const parameters = openDescription(allowed, table, chosenName)?.parameters ?? []
  return [...id, ...name, ...parameters.map((parameter) => requestField(parameter, snapshot)), ...allowed.open]
}

/** The act with what was chosen, by the names of its fields. What was emptied is what was proposed; of a request, it is left out. */
export function chosenParameters(
  allowed: SheetAct,
  table: Table,
  fields: readonly ActField[],
  valueOf: (field: ActField) => string,
): JsonObject {
  const own = fields.filter(({ ofRequest }) => ofRequest !== true)
  const given = Object.fromEntries(own.map((field) => [field.name, ownValue(field, valueOf(field))] as const))
  const description = openDescription(allowed, table, given['name'])
  const typed = Object.fromEntries(fields.filter(({ ofRequest }) => ofRequest === true).map((field) => [field.name, valueOf(field)]))
  const params = description === undefined ? {} : { params: parametersFrom(description, typed) }
  return { ...allowed.parameters, ...given, ...params }
}

function ownValue(field: ActField, typed: string): string | number {
  if (field.kind === 'number') return Number(typed)
  const text = typed.trim()
  return text === '' && field.kind === 'text' ? field.usual : text
}

/** Of a service request whose parameters are not given by the exercise. */
function openDescription({ act, parameters }: OneAct, table: Table, chosenName?: string | number): ServiceRequestDescription | undefined {
  if (act !== 'request' || 'params' in parameters) return undefined
  const wanted = parameters['name'] ?? chosenName ?? table[0]?.name
  return table.find(({ name }) => name === wanted)
}

function requestField(parameter: ServiceParameter, snapshot: LabSnapshot | undefined): ActField {
  const { name, type, required } = parameter
  const choices = type === 'boolean' ? ['true', 'false'] : parameter.choices
  if (choices === undefined) return { name, kind: 'text', usual: '', suggestions: suggestionsFor(parameter, snapshot), ofRequest: true }
  return { name, kind: 'choice', options: required ? choices : ['', ...choices], ofRequest: true }
}

/** One that was not sent yet: the same id again would be the same request. */
function nextId(done: readonly AttemptAct[]): string {
  const sent = new Set(done.map(({ parameters }) => parameters['id']))
  let number = 1
  while (sent.has(`${OWN_IDS}${number}`)) number++
  return `${OWN_IDS}${number}`
}
