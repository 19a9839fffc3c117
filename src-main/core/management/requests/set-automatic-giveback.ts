import { ok } from '../../../base/result'
import { booleanParameter, findVolume, optional, referenceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setAutomaticGiveback = configurationRequest({
  name: 'set-automatic-giveback',
  summary:
    'Turns automatic giveback on or off, for all volumes or for one. ' +
    'With it, a controller that comes back gets the volumes that prefer it.',
  parameters: {
    enabled: booleanParameter('true: automatic. false: only by give-back.'),
    volume: optional(referenceParameter('Sets it for this volume only, by name or number.')),
  },
  change(state, { enabled, volume: reference }) {
    if (reference === undefined) {
      return ok({ state: { ...state, automaticGiveback: enabled }, result: { enabled, before: state.automaticGiveback } })
    }
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { id, name, automaticGiveback: before = state.automaticGiveback } = volume.value
    const volumes = state.configuration.volumes.map((standing) => {
      return standing.id === id ? { ...standing, automaticGiveback: enabled } : standing
    })
    return ok({ state: { ...state, configuration: { ...state.configuration, volumes } }, result: { volume: name, enabled, before } })
  },
})
