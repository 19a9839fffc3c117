import { present } from '../../../base/assert'
import { failure, ok } from '../../../base/result'
import { ownershipOf, withoutVolume } from '../../controller/state/array-changes'
import { isBeingRebuilt } from '../../controller/state/rebuild-changes'
import { isInGroup } from '../../raid/space'
import { findVolume, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'
import { beingRebuilt } from '../views'

export const deleteVolume = configurationRequest({
  name: 'delete-volume',
  summary: 'Deletes a volume and all its data. The volume must not be mapped to a LUN.',
  parameters: { volume: referenceParameter('The volume, by name or number.') },
  before({ volume: reference }, { state, parts, origin }, done) {
    const volume = findVolume(state, reference)
    if (volume.ok) parts.rest.bring(volume.value.id, origin.cause, done)
    else done(volume)
  },
  change(state, { volume: reference }) {
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { id, name } = volume.value
    const { configuration } = state
    const mapping = configuration.luns.find(({ volumeId }) => volumeId === id)
    if (mapping !== undefined) {
      return refusal(
        'in-use',
        `Volume "${name}" is mapped to LUN ${mapping.lun}, so hosts may be using it. Unmap it first (unmap-lun).`,
        'volume',
      )
    }
    // The next volume in its place would silently inherit its interrupted stripes.
    const { heldBy, unverified } = present(ownershipOf(state, id), `ownership of volume ${id}`)
    if (heldBy !== undefined) {
      return refusal(
        'not-possible-now',
        `Only the NVRAM of controller ${heldBy.toUpperCase()} has all of volume "${name}". Wait until that controller has ` +
          'written it to the drives, or give up what it has (discard-held-writes).',
        'volume',
      )
    }
    if (unverified !== undefined) {
      return refusal(
        'not-possible-now',
        `The copies and parity of volume "${name}" are being verified (list-operations). Wait until that is done.`,
        'volume',
      )
    }
    const rebuilt = configuration.groups.find((group) => isInGroup(volume.value, group.id) && isBeingRebuilt(state, group.id))
    if (rebuilt !== undefined) return failure(beingRebuilt(rebuilt, 'volume'))
    return ok({ state: withoutVolume(state, id), result: { deleted: name, id } })
  },
})
