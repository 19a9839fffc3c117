import { ok } from '../../../base/result'
import { BLOCK_BYTES } from '../../../base/units'
import { freeOfDrive } from '../../raid/space'
import { monitoringRequest } from '../request'
import { driveViews } from '../request-parts'
import { needState } from '../views'

export const listDrives = monitoringRequest({
  name: 'list-drives',
  summary: 'The drives, as seen by the controller that serves this request: size, state, and how much the RAID groups use.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    const { configuration } = state.value
    const views = driveViews(parts)
    return ok({
      drives: configuration.drives.map(({ index, id, blockCount }) => ({
        index,
        id,
        state: views.find((drive) => drive.index === index)?.state ?? 'failed',
        blockCount,
        bytes: blockCount * BLOCK_BYTES,
        freeBlocks: freeOfDrive(configuration, index).reduce((sum, run) => sum + run.blockCount, 0),
        groups: configuration.groups.filter(({ sections }) => sections.some(({ drive }) => drive === index)).map(({ name }) => name),
      })),
    })
  },
})
