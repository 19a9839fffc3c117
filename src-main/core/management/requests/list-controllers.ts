import { ok } from '../../../base/result'
import { CONTROLLER_IDS } from '../../../contract/controller-id'
import { monitoringRequest } from '../request'
import { controllerView } from '../views'

export const listControllers = monitoringRequest({
  name: 'list-controllers',
  summary: 'Both controllers: whether each is running and serving, the addresses it serves, and the volumes it owns.',
  parameters: {},
  look(parts) {
    return ok({ controllers: CONTROLLER_IDS.map((id) => controllerView(parts, id)) })
  },
})
