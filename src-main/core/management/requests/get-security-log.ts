import { ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { integerParameter, optional } from '../parameters'
import { monitoringRequest } from '../request'

const USUAL_COUNT = 100

export const getSecurityLog = monitoringRequest({
  name: 'get-security-log',
  summary: 'Logins, refusals, resets and wrong tokens at the controller that serves this request, oldest first.',
  parameters: {
    count: optional(
      integerParameter(
        { minimum: 1, maximum: 5 * LIMITS.securityEntriesPerKind },
        `How many of the newest entries to return. The default is ${USUAL_COUNT}.`,
      ),
    ),
  },
  look(parts, { count }) {
    return ok({ controller: parts.self, entries: parts.security.newest(count ?? USUAL_COUNT).map((entry) => ({ ...entry })) })
  },
})
