import { ok } from '../../../base/result'
import type { ArrayState, Operation } from '../../../contract/array-state'
import type { JsonObject } from '../../../contract/json'
import { operationOf } from '../../controller/state/operation-changes'
import { configuredMap } from '../../mapping/configured-map'
import { stripeCountOf } from '../../mapping/volume-stripes'
import { movedCount } from '../operations'
import { requestIdParameter } from '../parameters'
import { refusal } from '../refusal'
import { monitoringRequest } from '../request'
import { needState } from '../views'
import { MOVE_VOLUME } from './move-volume'

export const getOperation = monitoringRequest({
  name: 'get-operation',
  summary: 'The progress of one operation. Either controller can tell.',
  parameters: { operation: requestIdParameter('The id of the operation, which is the id of the request that started it.') },
  look(parts, { operation: id }) {
    const state = needState(parts)
    if (!state.ok) return state
    const operation = operationOf(state.value, id)
    const verification = verificationsOf(state.value).find((view) => view.operation === id)
    if (operation === undefined && verification !== undefined) return ok(verification)
    if (operation === undefined) {
      return refusal(
        'not-found',
        `There is no operation "${id}". It may never have started, or it may be too old to be listed. ` +
          'list-operations shows all there are.',
        'operation',
      )
    }
    return ok(operationView(state.value, operation))
  },
})

export const listOperations = monitoringRequest({
  name: 'list-operations',
  summary: 'The most recent operations, with the progress of each.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    const operations = (state.value.operations ?? []).map((operation) => operationView(state.value, operation))
    return ok({ operations: [...operations, ...verificationsOf(state.value)] })
  },
})

/** Verifications, which the owner of a volume starts by itself and forgets when they are done. Progress is in stripes. */
function verificationsOf({ configuration, ownership }: ArrayState): (JsonObject & { readonly operation: string })[] {
  return ownership.flatMap(({ volumeId, owner, unverified }) => {
    const volume = configuration.volumes.find(({ id }) => id === volumeId)
    if (unverified === undefined || volume === undefined) return []
    const progress = { done: unverified.from, total: stripeCountOf(configuredMap(configuration, volume)) }
    const of = { drive: null, volumes: [volumeId], controller: owner, to: null }
    const operation = `verification-of-volume-${volumeId}`
    const about = nameOfVolume(volume)
    return [{ name: 'verify-volume', about, state: 'running', progress, operation, server: owner, ...of, result: null, error: null }]
  })
}

/** The most interesting fields come first, because the window shows them in this order. */
function operationView(array: ArrayState, operation: Operation): JsonObject {
  const { id, name, state, server, controller, to, volumes, drive, result, error } = operation
  return {
    name,
    about: subjectOf(array, operation),
    state,
    progress: progressOf(array, operation),
    operation: id,
    server,
    drive: drive ?? null,
    volumes: [...volumes],
    controller,
    to: to ?? null,
    result: result ?? null,
    error: error === undefined ? null : { code: error.code, message: error.message },
  }
}

/** For people: the drive, the volumes or the controller that it is about. */
function subjectOf({ configuration }: ArrayState, { name, drive, volumes, controller }: Operation): string {
  if (drive !== undefined) return `drive ${drive}`
  if (name !== MOVE_VOLUME) return `controller ${controller.toUpperCase()}`
  return volumes.map((of) => nameOfVolume(configuration.volumes.find(({ id }) => id === of) ?? { id: of })).join(', ')
}

/** A volume that was deleted meanwhile has only its number. */
function nameOfVolume({ id, name }: { readonly id: number; readonly name?: string }): string {
  return name === undefined ? `volume ${id}` : `volume "${name}"`
}

/** Restarting, starting, or halting a controller is one step, and so is each volume that moves. A rebuild counts stripes. */
function progressOf(array: ArrayState, operation: Operation): { readonly done: number; readonly total: number } {
  const { name, state, volumes, progress } = operation
  if (progress !== undefined) return { ...progress }
  const total = volumes.length + (name === MOVE_VOLUME ? 0 : 1)
  return { done: state === 'done' ? total : movedCount(array, operation), total }
}
