import type { Result } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { ServiceError } from '../../../contract/service-request'

/**
 * A pure change of the state, run again on a newer one if another commit came first. Returning the same object means that nothing
 * has to change.
 */
export type StateChange = (state: ArrayState) => Result<ArrayState, ServiceError>
export type CommitDone = (outcome: Result<ArrayState, ServiceError>) => void
