import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import type { JsonObject } from '../../contract/json'
import { ACTS, ACT_NAMES } from './acts'
import type { Act, AllowedAct, Exercise } from './exercise'

/** Of what comes from outside, so much is said again. */
const SAID_AGAIN = 64

/** What somebody wants to do, read. The error is a sentence. */
export function decodeAct(name: string, parameters: unknown): Result<Act, string> {
  const act = ACT_NAMES.find((one) => one === name)
  if (act === undefined) return failure(`There is no act "${name.slice(0, SAID_AGAIN)}".`)
  const parsed = v.safeParse(ACTS[act], parameters)
  if (!parsed.success) return failure(`${act}: "${v.getDotPath(parsed.issues[0]) ?? 'it'}" ${parsed.issues[0].message}.`)
  return ok({ act, parameters: parsed.output as JsonObject })
}

/** Why the learner may not do this once more, after what he has done: a sentence. Undefined: he may. */
export function whyForbidden({ allowed }: Pick<Exercise, 'allowed'>, done: readonly Act[], wanted: Act): string | undefined {
  const rules = allowed.filter((one) => fits(one, wanted))
  if (rules.length === 0) return 'This exercise does not allow that.'
  const isLeft = rules.some((rule) => rule.most === undefined || done.filter((other) => fits(rule, other)).length < rule.most)
  return isLeft ? undefined : 'You have done that as often as this exercise allows.'
}

function fits(rule: AllowedAct, { act, parameters }: Act): boolean {
  return (
    rule.act === act && Object.entries(rule.parameters).every(([key, value]) => JSON.stringify(parameters[key]) === JSON.stringify(value))
  )
}
