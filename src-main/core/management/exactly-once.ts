import { failure, ok } from '../../base/result'
import type { ArrayState, CompletedRequest } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { ServiceError, ServiceRequest } from '../../contract/service-request'
import type { TraceId } from '../../contract/trace'
import { withCompleted } from '../controller/state/array-changes'
import type { Committer } from '../controller/state/committer'
import { mayHaveExpired, resultCount } from '../controller/state/expired-ids'
import { operationOf } from '../controller/state/operation-changes'
import { validateConfiguration } from '../raid/validation'
import type { Changed, Outcome } from './request'

/** A changing request with what distinguishes it from others. */
export interface ChangingRequest {
  readonly request: ServiceRequest
  readonly digest: string
  readonly servedBy: ControllerId
  readonly cause: TraceId | undefined
}

export function idReused(id: string, name: string): ServiceError {
  const message = `The id "${id}" already belongs to another request (${name}, or the same request with other parameters). Choose a new id.`
  return { code: 'id-reused', message, field: 'id' }
}

function idExpired(state: ArrayState, id: string): ServiceError {
  const what = `The id "${id}" may be that of a request that was carried out long ago and whose result is no longer kept.`
  const since = `"since": ${resultCount(state)}`
  const todo = `It does not run again. See whether its change is there; if not, send the request with a new id and ${since}.`
  return { code: 'id-expired', message: `${what} ${todo}`, field: 'id' }
}

/** The result of the same request, if it has been carried out before, or a refusal if it may have been. */
export function earlierResult(state: ArrayState, request: ServiceRequest, digest: string): Outcome<CompletedRequest> | undefined {
  const completed = state.completedRequests.find(({ id }) => id === request.id)
  if (completed === undefined) return mayHaveExpired(state, request.id, request.since) ? failure(idExpired(state, request.id)) : undefined
  return completed.digest === digest ? ok(completed) : failure(idReused(request.id, completed.name))
}

/**
 * Commits a change together with the result of its request. The lookup uses the same state that is changed, so the request runs
 * only once, wherever and whenever it is sent again.
 */
export function commitOnce(
  committer: Committer,
  asked: ChangingRequest,
  change: (state: ArrayState) => Outcome<Changed>,
  done: (outcome: Outcome<CompletedRequest>) => void,
): void {
  const { request, digest, servedBy } = asked
  let completed: CompletedRequest | undefined
  committer.commit(
    (state) => {
      const earlier = earlierResult(state, request, digest)
      if (earlier !== undefined) {
        if (!earlier.ok) return earlier
        completed = earlier.value
        return ok(state)
      }
      const standing = operationOf(state, request.id)
      // It has no result yet, so `earlierResult` does not find it.
      if (standing?.state === 'running' && standing.name !== request.name) return failure(idReused(request.id, standing.name))
      const changed = change(state)
      if (!changed.ok) return changed
      const { configuration } = changed.value.state
      const valid = configuration === state.configuration ? ok(configuration) : validateConfiguration(configuration)
      if (!valid.ok) return valid
      completed = { id: request.id, name: request.name, digest, servedBy, result: changed.value.result }
      return ok(withCompleted(changed.value.state, completed))
    },
    asked.cause,
    (outcome) => {
      if (!outcome.ok) done(outcome)
      else if (completed !== undefined) done(ok(completed))
    },
  )
}
