import { ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { integerParameter, optional } from '../parameters'
import { monitoringRequest } from '../request'

const USUAL_COUNT = 100

export const getEventLog = monitoringRequest({
  name: 'get-event-log',
  summary: 'What recently happened at the controller that serves this request, in sentences, oldest first.',
  parameters: {
    count: optional(
      integerParameter(
        { minimum: 1, maximum: LIMITS.eventLogEntries },
        `How many of the newest entries to return. The default is ${USUAL_COUNT}.`,
      ),
    ),
  },
  look(parts, { count }) {
    return ok({ controller: parts.self, entries: parts.log.newest(count ?? USUAL_COUNT).map((entry) => ({ ...entry })) })
  },
})
