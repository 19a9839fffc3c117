import { ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { entryCountParameter } from '../parameters'
import { monitoringRequest } from '../request'

export const getSecurityLog = monitoringRequest({
  name: 'get-security-log',
  summary: 'Logins, refusals, resets and wrong tokens at the controller that serves this request, oldest first.',
  parameters: { count: entryCountParameter(5 * LIMITS.securityEntriesPerKind) },
  look(parts, { count }) {
    return ok({ controller: parts.self, entries: parts.security.newest(count).map((entry) => ({ ...entry })) })
  },
})
