import { ok } from '../../../base/result'
import { booleanParameter, findVolume, optional, referenceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setAutomaticGiveback = configurationRequest({
  name: 'set-automatic-giveback',
  summary: 'Whether a controller that comes back gets its preferred volumes back without being asked: for all volumes, or otherwise for one.',
  parameters: {
    enabled: booleanParameter('true: automatically; false: only by give-back.'),
    volume: optional(referenceParameter('Only for this volume, by name or number, whatever holds for the others.')),
  },
  change(state, { enabled, volume: reference }) {
    if (reference === undefined) return ok({ state: { ...state, automaticGiveback: enabled }, result: { enabled, before: state.automaticGiveback } })
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { id, name, automaticGiveback: before = state.automaticGiveback } = volume.value
    const volumes = state.configuration.volumes.map((standing) => (standing.id === id ? { ...standing, automaticGiveback: enabled } : standing))
    return ok({ state: { ...state, configuration: { ...state.configuration, volumes } }, result: { volume: name, enabled, before } })
  },
})
