import { ok } from '../../../base/result'
import { findVolume, nameParameter, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'
import { volumeView } from '../views'

export const renameVolume = configurationRequest({
  name: 'rename-volume',
  summary: 'Renames a volume. Hosts still see the same identity.',
  parameters: { volume: referenceParameter('The volume, by name or number.'), name: nameParameter('The new name, which must be unique.') },
  change(state, { volume: reference, name }) {
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { volumes } = state.configuration
    const renamed = { ...volume.value, name }
    if (volumes.some((other) => other.name === name && other.id !== renamed.id)) {
      return refusal('already-exists', `There is already a volume named "${name}". Choose another name.`, 'name')
    }
    const configuration = { ...state.configuration, volumes: volumes.map((other) => (other.id === renamed.id ? renamed : other)) }
    const next = { ...state, configuration }
    return ok({ state: next, result: volumeView(next, renamed) })
  },
})
