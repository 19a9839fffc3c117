import { ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { findVolume, lunParameter, optional, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'

export const mapLun = configurationRequest({
  name: 'map-lun',
  summary: 'Maps a volume to a LUN, so that hosts can use it.',
  parameters: {
    volume: referenceParameter('The volume, by name or number.'),
    lun: optional(lunParameter('The LUN. The default is the lowest free one.')),
  },
  change(state, { volume: reference, lun: wanted }) {
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { id, name } = volume.value
    const { luns, volumes } = state.configuration
    const standing = luns.find(({ volumeId }) => volumeId === id)
    if (standing !== undefined) {
      return refusal(
        'already-exists',
        `Volume "${name}" is already mapped to LUN ${standing.lun}. To give it another LUN, unmap it first.`,
        'volume',
      )
    }
    const lun = wanted ?? lowestFree(luns.map((mapping) => mapping.lun))
    if (lun === undefined) return refusal('no-space', `All ${LIMITS.luns} LUNs are in use. Unmap one first.`, 'lun')
    const taken = luns.find((mapping) => mapping.lun === lun)
    if (taken !== undefined) {
      const other = volumes.find((candidate) => candidate.id === taken.volumeId)?.name ?? ''
      return refusal('in-use', `LUN ${lun} is mapped to volume "${other}". Choose another LUN, or leave it out.`, 'lun')
    }
    const configuration = { ...state.configuration, luns: [...luns, { lun, volumeId: id }] }
    return ok({ state: { ...state, configuration }, result: { lun, volume: name, volumeId: id } })
  },
})

function lowestFree(taken: readonly number[]): number | undefined {
  for (let lun = 0; lun < LIMITS.luns; lun++) if (!taken.includes(lun)) return lun
  return undefined
}
