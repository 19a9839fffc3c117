import { failure, ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { REBUILD_DRIVE, withRebuildBegun } from '../../controller/state/rebuild-changes'
import { integerParameter } from '../parameters'
import { configurationRequest } from '../request'

export const rebuildDrive = configurationRequest({
  name: REBUILD_DRIVE,
  summary: 'Rebuilds a failed drive, or its replacement, from the other drives of its RAID groups. It runs in the background on both controllers (get-operation).',
  parameters: { drive: integerParameter({ minimum: 0, maximum: LIMITS.drives - 1 }, 'The number of the drive.') },
  change(state, { drive }, { self, requestId }) {
    const { configuration, failedMembers = [] } = state
    if (!configuration.drives.some(({ index }) => index === drive)) {
      return failure({ code: 'not-found', message: `There is no drive ${drive}. list-drives shows all there are.`, field: 'drive' })
    }
    const out = failedMembers.filter((member) => member.drive === drive)
    if (out.length === 0) return failure({ code: 'not-possible-now', message: `Drive ${drive} is in use, so there is nothing to rebuild.`, field: 'drive' })
    const running = out.find(({ rebuild }) => rebuild !== undefined)?.rebuild
    if (running !== undefined) return failure({ code: 'not-possible-now', message: `Drive ${drive} is already being rebuilt (operation ${running.operation}).`, field: 'drive' })
    const begun = withRebuildBegun(state, { drive, operation: requestId, server: self })
    const rebuilt = begun.failedMembers?.filter(({ rebuild }) => rebuild?.operation === requestId) ?? []
    const groups = configuration.groups.filter(({ id }) => rebuilt.some(({ groupId }) => groupId === id)).map(({ name }) => name)
    return ok({ state: begun, result: { drive, groups, operation: requestId, state: 'running' } })
  },
})
