import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import { exerciseOrderSchema, type ExerciseOrder } from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'

export function refused(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}

/** From outside this process: not trusted. */
export function decodeOrder(given: unknown): Result<ExerciseOrder, LabError> {
  const parsed = v.safeParse(exerciseOrderSchema, given)
  if (parsed.success) return ok(parsed.output)
  const [issue] = parsed.issues
  const field = v.getDotPath(issue)
  const message = field === null ? 'An order must be an object.' : `"${field}" is wrong: ${issue.message}.`
  return failure({ code: 'bad-command', message, ...(field === null ? {} : { field }) })
}
