import { ok } from '../../../base/result'
import { monitoringRequest } from '../request'
import { needState, volumeView } from '../views'

export const listVolumes = monitoringRequest({
  name: 'list-volumes',
  summary: 'The volumes: size, group, preferred and current owner with its epoch, and the LUNs they are mapped to.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    return ok({ volumes: state.value.configuration.volumes.map((volume) => volumeView(state.value, volume)) })
  },
})
