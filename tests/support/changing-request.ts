import type { ArrayState } from '../../src-main/contract/array-state'
import type { JsonObject } from '../../src-main/contract/json'
import type { ServiceError } from '../../src-main/contract/service-request'
import type { Changed, Outcome, ServiceRequestDefinition } from '../../src-main/core/management/request'

/** What a request that changes the array state makes of it, at controller A. */
export function changedBy(request: ServiceRequestDefinition, params: JsonObject, state: ArrayState, requestId = 'request'): Changed {
  const outcome = outcomeOf(request, params, state, requestId)
  if (!outcome.ok) throw new Error(`${request.name}: ${outcome.error.message}`)
  return outcome.value
}

export function refusedBy(request: ServiceRequestDefinition, params: JsonObject, state: ArrayState): ServiceError {
  const outcome = outcomeOf(request, params, state, 'request')
  if (outcome.ok) throw new Error(`${request.name} was carried out`)
  return outcome.error
}

function outcomeOf(request: ServiceRequestDefinition, params: JsonObject, state: ArrayState, requestId: string): Outcome<Changed> {
  const prepared = request.prepare(params)
  if (!prepared.ok) return prepared
  if (prepared.value.how !== 'change') throw new Error(`${request.name} changes nothing`)
  return prepared.value.change(state, {
    self: 'a',
    requestId,
    isPresent: () => true,
    newSerial: () => '00000000000000ff',
    claimEpoch: () => 1,
  })
}
