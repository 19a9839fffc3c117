import { ok } from '../../../base/result'
import { monitoringRequest } from '../request'

export const getTakeovers = monitoringRequest({
  name: 'get-takeovers',
  summary: 'The takeovers that the serving controller did since it started: reason, phases with their times, and volumes.',
  parameters: {},
  look(parts) {
    const takeovers = parts.history.report().map(({ phases, volumes, ...takeover }) => ({
      ...takeover,
      phases: phases.map((phase) => ({ ...phase })),
      volumes: [...volumes],
    }))
    return ok({ controller: parts.self, takeovers })
  },
})
