import type { Operation } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { ServiceError } from '../../contract/service-request'

export function lost({ server }: Operation): ServiceError {
  const message = `Controller ${server.toUpperCase()} went down before it finished the operation. Check the array, then send a new request.`
  return { code: 'unavailable', message }
}

export function undone({ to, controller }: Operation): ServiceError {
  const goal = (to ?? controller).toUpperCase()
  const message =
    `Not all volumes stayed with controller ${goal}, because the other controller took over from it. ` +
    'Check the array, then send a new request.'
  return { code: 'not-possible-now', message }
}

export function wentDown(controller: ControllerId): ServiceError {
  const name = controller.toUpperCase()
  const message = `Controller ${name} went down before it had its volumes back. Check the array, then send a new request.`
  return { code: 'unavailable', message }
}
