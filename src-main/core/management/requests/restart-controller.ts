import { ok } from '../../../base/result'
import { controllerParameter } from '../parameters'
import { managementRequest } from '../request'

export const restartController = managementRequest({
  name: 'restart-controller',
  summary: 'Stops a controller and starts it again. The other controller takes over meanwhile and gives back afterward.',
  parameters: { controller: controllerParameter('The controller.') },
  plan({ params }) {
    return ok({ controller: params.controller, to: undefined, volumes: [] })
  },
  act({ parts, params, origin }, done) {
    const { controller } = params
    done(
      ok({
        result: { controller, restarting: true },
        goesOn: () => parts.restarts.restart(controller, `service request received by controller ${origin.receivedBy.toUpperCase()}`),
      }),
    )
  },
})
