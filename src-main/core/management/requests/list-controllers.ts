import { ok } from '../../../base/result'
import { CONTROLLER_IDS } from '../../../contract/controller-id'
import { monitoringRequest } from '../request'
import { controllerView } from '../views'

export const listControllers = monitoringRequest({
  name: 'list-controllers',
  summary: 'Both controllers: whether each is there and serves, which addresses it serves and which volumes it owns.',
  parameters: {},
  look(parts) {
    return ok({ controllers: CONTROLLER_IDS.map((id) => controllerView(parts, id)) })
  },
})
