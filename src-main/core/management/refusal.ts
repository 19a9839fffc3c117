import { failure } from '../../base/result'
import type { ServiceError, ServiceErrorCode } from '../../contract/service-request'

/** An operator's mistake, or something that is not possible now: `message` says what to do, `field` which parameter it is about. */
export function refusal(code: ServiceErrorCode, message: string, field?: string): { readonly ok: false; readonly error: ServiceError } {
  return failure(field === undefined ? { code, message } : { code, message, field })
}
