import { ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { entryCountParameter } from '../parameters'
import { monitoringRequest } from '../request'

export const getEventLog = monitoringRequest({
  name: 'get-event-log',
  summary: 'What recently happened at the controller that serves this request, in sentences, oldest first.',
  parameters: { count: entryCountParameter(LIMITS.eventLogEntries) },
  look(parts, { count }) {
    return ok({ controller: parts.self, entries: parts.log.newest(count).map((entry) => ({ ...entry })) })
  },
})
