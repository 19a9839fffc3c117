import type { ServiceError } from '../../../contract/service-request'
import type { StateWriteOutcome } from './state-drives'

/** What a requester is told whose change did not commit. */

export const BUSY: ServiceError = { code: 'busy', message: 'Too many changes are waiting. Send the request again in a moment.' }
export const STOPPED: ServiceError = {
  code: 'unavailable',
  message: 'This controller has stopped serving. Send the request to the other controller.',
}
export const CONFLICT: ServiceError = {
  code: 'conflict',
  message: 'Other requests kept changing the configuration at the same time. Send the request again.',
}
const NO_MAJORITY: ServiceError = {
  code: 'unavailable',
  message: 'Too few drives took the change, so it does not count. Bring drives back, then send the request again.',
}
const NO_SPACE: ServiceError = {
  code: 'no-space',
  message: 'The disk under the drives has no room for the change, so it does not count. Make room there, then send the request again.',
}

export function writeError(outcome: Exclude<StateWriteOutcome, 'written'>): ServiceError {
  switch (outcome) {
    case 'stale-epoch':
      return STOPPED
    case 'no-majority':
      return NO_MAJORITY
    case 'no-space':
      return NO_SPACE
    case 'too-large':
      return { code: 'no-space', message: 'The configuration has become too large for the drives. Delete something first.' }
  }
}
