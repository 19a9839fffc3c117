import { failure, ok, type Result } from '../base/result'
import { CONTROLLER_IDS } from '../contract/controller-id'
import type { Json, JsonObject } from '../contract/json'
import { parseJson } from '../contract/json'
import { LAB_COMMANDS, type LabCommandName } from '../contract/lab-api'
import type { ServiceRequestDescription } from '../contract/service-request'

/** `key=value` words as the parameters of a service request. The lab decodes them; here only text becomes numbers where it should. */
export function serviceParameters({ name, parameters }: ServiceRequestDescription, words: readonly string[]): Result<JsonObject, string> {
  const pairs = pairsOf(words)
  if (!pairs.ok) return pairs
  const params: Record<string, Json> = {}
  for (const [key, text] of pairs.value) {
    const parameter = parameters.find((known) => known.name === key)
    const known = parameters.length === 0 ? 'takes no parameters' : `takes ${parameters.map((one) => one.name).join(', ')}`
    if (parameter === undefined) return failure(`There is no parameter "${key}". ${name} ${known}.`)
    const isPlain = parameter.type === 'text' || parameter.type === 'choice'
    params[key] = isPlain ? text : (valueOf(text) as Json)
  }
  return ok(params)
}

/** What stands after a lab command: `kill a`, `slow-drive 1 extraLatencyMs=50`. */
export function commandParameters(name: LabCommandName, words: readonly string[]): Result<Readonly<Record<string, unknown>>, string> {
  const keys = Object.keys(LAB_COMMANDS[name].entries)
  const [first] = words
  const isShort = first !== undefined && !first.includes('=')
  const [main] = keys
  if (isShort && main === undefined) return failure(`"${name}" takes nothing, not "${first}".`)
  const pairs = pairsOf(isShort ? [`${main ?? ''}=${first}`, ...words.slice(1)] : words)
  if (!pairs.ok) return pairs
  const strange = pairs.value.find(([key]) => !keys.includes(key))
  if (strange !== undefined)
    return failure(`"${name}" has no "${strange[0]}". It takes ${keys.length === 0 ? 'nothing' : keys.join(', ')}.`)
  return ok(Object.fromEntries(pairs.value.map(([key, text]) => [key, valueOf(text)])))
}

/** How a lab command is typed: "slow-drive DRIVE extraLatencyMs=...". */
export function commandUsage(name: LabCommandName): string {
  const [main, ...others] = Object.keys(LAB_COMMANDS[name].entries)
  return [name, ...(main === undefined ? [] : [main.toUpperCase()]), ...others.map((key) => `${key}=...`)].join(' ')
}

export function isLabCommand(name: string): name is LabCommandName {
  return Object.hasOwn(LAB_COMMANDS, name)
}

function pairsOf(words: readonly string[]): Result<readonly (readonly [string, string])[], string> {
  const strange = words.find((word) => word.indexOf('=') < 1)
  if (strange !== undefined) return failure(`"${strange}" is no parameter: write KEY=VALUE.`)
  const pairs = words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const)
  const twice = pairs.find(([key], index) => pairs.findIndex(([other]) => other === key) !== index)
  return twice === undefined ? ok(pairs) : failure(`"${twice[0]}" is given twice.`)
}

/** Numbers, true, false and objects as JSON says them; all else is text. A controller may be typed in either case. */
function valueOf(text: string): unknown {
  const small = text.toLowerCase()
  if (CONTROLLER_IDS.some((id) => id === small)) return small
  const json = parseJson(text)
  return json.ok ? json.value : text
}
