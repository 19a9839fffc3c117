import { ok } from '../../../base/result'
import { monitoringRequest } from '../request'
import { needState, volumeView } from '../views'

export const listVolumes = monitoringRequest({
  name: 'list-volumes',
  summary: 'The volumes: size, RAID group, preferred and current owner, ownership epoch, and LUN.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    return ok({ volumes: state.value.configuration.volumes.map((volume) => volumeView(state.value, volume)) })
  },
})
