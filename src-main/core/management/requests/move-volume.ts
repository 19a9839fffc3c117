import { present } from '../../../base/assert'
import { failure, ok } from '../../../base/result'
import { ownershipOf } from '../../controller/array-changes'
import { controllerParameter, findVolume, referenceParameter } from '../parameters'
import { managementRequest } from '../request'
import { needState } from '../views'

export const moveVolume = managementRequest({
  name: 'move-volume',
  summary: 'Makes a controller the owner of a volume, without an error to any host. Its preferred owner stays as it is.',
  parameters: { volume: referenceParameter('The volume, by name or number.'), to: controllerParameter('The new owner.') },
  act({ context, params, origin }, done) {
    const state = needState(context)
    if (!state.ok) return done(state)
    const volume = findVolume(state.value, params.volume)
    if (!volume.ok) return done(volume)
    const { id, name } = volume.value
    const from = present(ownershipOf(state.value, id), `owner of volume ${id}`).owner
    if (params.to !== context.self && !context.peer.isMember) {
      return done(failure({ code: 'not-possible-now', message: `Controller ${params.to.toUpperCase()} is not serving, so it cannot own a volume now. Start it first (give-back).`, field: 'to' }))
    }
    context.moveVolumes({ volumeIds: [id], to: params.to, cause: origin.cause }, (outcome) => {
      if (!outcome.ok) return done(outcome)
      const ownership = context.state === undefined ? undefined : ownershipOf(context.state, id)
      if (ownership === undefined) return done(failure({ code: 'not-found', message: `Volume "${name}" was deleted meanwhile.`, field: 'volume' }))
      done(ok({ result: { volume: name, volumeId: id, from, to: params.to, epoch: ownership.epoch } }))
    })
  },
})
