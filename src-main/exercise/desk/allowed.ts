import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import type { JsonObject } from '../../contract/json'
import { ACTS, ACT_NAMES } from '../format/acts'
import type { AllowedAct, Exercise } from '../format/exercise'

interface Wanted {
  readonly act: string
  readonly parameters: object
}

/** Whether the learner may do this now, once more. The error is a sentence. */
export function allowedAct({ allowed }: Pick<Exercise, 'allowed'>, done: readonly Wanted[], wanted: Wanted): Result<null, string> {
  const name = ACT_NAMES.find((one) => one === wanted.act)
  if (name === undefined) return failure(`There is no act "${wanted.act.slice(0, 64)}".`)
  const parsed = v.safeParse(ACTS[name], wanted.parameters)
  if (!parsed.success) return failure(`${name}: "${v.getDotPath(parsed.issues[0]) ?? 'it'}" ${parsed.issues[0].message}.`)
  const fitting = allowed.filter((one) => fits(one, wanted))
  if (fitting.length === 0) return failure('This exercise does not allow that.')
  const isLeft = fitting.some((one) => one.most === undefined || done.filter((other) => fits(one, other)).length < one.most)
  return isLeft ? ok(null) : failure('You have done that as often as this exercise allows.')
}

function fits({ act, parameters }: AllowedAct, wanted: Wanted): boolean {
  const given = wanted.parameters as JsonObject
  return act === wanted.act && Object.entries(parameters).every(([name, value]) => JSON.stringify(given[name]) === JSON.stringify(value))
}
