import { ok } from '../../../base/result'
import { BLOCK_BYTES } from '../../../base/units'
import { layoutOf, survivesWithout } from '../../raid/geometry'
import { freeSlices, isInGroup, largestFreeSlice } from '../../raid/space'
import { failedDrivesOf } from '../../controller/state/array-changes'
import { monitoringRequest } from '../request'
import { driveViews } from '../request-parts'
import { needState } from '../views'

export const listGroups = monitoringRequest({
  name: 'list-groups',
  summary: 'The RAID groups: level, sections, size, free space, and missing drives.',
  parameters: {},
  look(parts) {
    const state = needState(parts)
    if (!state.ok) return state
    const { groups, volumes } = state.value.configuration
    const failed = new Set(
      driveViews(parts)
        .filter((drive) => drive.state === 'failed')
        .map(({ index }) => index),
    )
    return ok({
      groups: groups.map((group) => {
        const layout = layoutOf(group)
        const out = layout.redundancy > 0 ? new Set(failedDrivesOf(state.value, group.id)) : failed
        const missing = group.sections.map(({ drive }) => drive).filter((drive) => out.has(drive))
        return {
          id: group.id,
          name: group.name,
          level: group.level,
          state: missing.length === 0 ? 'good' : survivesWithout(layout, missing) ? 'degraded' : 'failed',
          chunkBlocks: group.chunkBlocks,
          sections: group.sections.map((section) => ({ ...section })),
          blockCount: layout.usableBlocks,
          bytes: layout.usableBlocks * BLOCK_BYTES,
          freeBlocks: freeSlices(layout, volumes).reduce((sum, run) => sum + run.blockCount, 0),
          largestFreeBlocks: largestFreeSlice(layout, volumes),
          volumes: volumes.filter((volume) => isInGroup(volume, group.id)).map(({ name }) => name),
        }
      }),
    })
  },
})
