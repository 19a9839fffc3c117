import { present } from '../../../base/assert'
import { ok } from '../../../base/result'
import { ownershipOf } from '../../controller/state/array-changes'
import { controllerParameter, findVolume, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { managementRequest } from '../request'
import { needState } from '../views'

export const MOVE_VOLUME = 'move-volume'

export const moveVolume = managementRequest({
  name: MOVE_VOLUME,
  summary: 'Makes a controller the owner of a volume, without errors at any host. The preferred owner does not change.',
  parameters: { volume: referenceParameter('The volume, by name or number.'), to: controllerParameter('The new owner.') },
  plan({ parts, params }) {
    const state = needState(parts)
    if (!state.ok) return state
    const volume = findVolume(state.value, params.volume)
    if (!volume.ok) return volume
    if (params.to !== parts.self && !parts.standing.peerIsMember) {
      return refusal(
        'not-possible-now',
        `Controller ${params.to.toUpperCase()} is not serving, so it cannot own a volume now. Start it first (give-back).`,
        'to',
      )
    }
    return ok({ controller: params.to, to: params.to, volumes: [volume.value.id] })
  },
  act({ parts, params, origin }, done) {
    const state = needState(parts)
    if (!state.ok) return done(state)
    const volume = findVolume(state.value, params.volume)
    if (!volume.ok) return done(volume)
    const { id, name } = volume.value
    const from = present(ownershipOf(state.value, id), `owner of volume ${id}`).owner
    parts.mover.moveAll({ volumeIds: [id], to: params.to, by: 'request', cause: origin.cause }, (outcome) => {
      if (!outcome.ok) return done(outcome)
      const epoch = parts.store.state === undefined ? null : (ownershipOf(parts.store.state, id)?.epoch ?? null)
      done(ok({ result: { volume: name, volumeId: id, from, to: params.to, epoch } }))
    })
  },
})
