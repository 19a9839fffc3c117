import { present } from '../../../base/assert'
import { ok } from '../../../base/result'
import { BLOCK_BYTES } from '../../../base/units'
import { ownershipOf } from '../../controller/state/array-changes'
import { monitoringRequest } from '../request'
import { needState } from '../views'

export const listLuns = monitoringRequest({
  name: 'list-luns',
  summary: 'What hosts see: each LUN with its volume, size, and owner.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    const { luns, volumes } = state.value.configuration
    return ok({
      luns: [...luns]
        .sort((a, b) => a.lun - b.lun)
        .map(({ lun, volumeId }) => {
          const volume = present(
            volumes.find(({ id }) => id === volumeId),
            `volume ${volumeId}`,
          )
          const owner = present(ownershipOf(state.value, volumeId), `owner of volume ${volumeId}`).owner
          return { lun, volumeId, volume: volume.name, blockCount: volume.blockCount, bytes: volume.blockCount * BLOCK_BYTES, owner }
        }),
    })
  },
})
