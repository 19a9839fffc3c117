import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import type { Json, JsonObject } from '../../contract/json'
import { ACT_NAMES, ACTS } from '../format/acts'
import type { Act } from '../format/exercise'

/**
 * An act as it is typed: its name, and its parameters such as controller=a. Those that are none of its own are parameters of the service
 * request that it is: request to=b id=r1 name=rename-array params.name=north. The error is a sentence.
 */
export function typedAct(text: string): Result<Act, string> {
  const [name, ...words] = text.trim().split(/\s+/)
  const act = ACT_NAMES.find((one) => one === name)
  if (act === undefined) return failure(`There is no act "${name ?? ''}".`)
  const parameters: Record<string, Json> = {}
  const params: Record<string, Json> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) return failure(`"${word}" is no parameter, such as controller=a.`)
    const [key, value] = [word.slice(0, at), valueOf(word.slice(at + 1))]
    if (key.startsWith('params.')) params[key.slice('params.'.length)] = value
    else parameters[key] = key === 'id' || key === 'name' ? String(word.slice(at + 1)) : value
  }
  const decoded = v.safeParse(ACTS[act], act === 'request' ? { ...parameters, params } : parameters)
  if (decoded.success) return ok({ act, parameters: decoded.output as JsonObject })
  const [issue] = decoded.issues
  return failure(`${v.getDotPath(issue) ?? act}: ${issue.received === 'undefined' ? 'is missing' : issue.message}.`)
}

function valueOf(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
