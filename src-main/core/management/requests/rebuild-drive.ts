import { failure, ok } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { REBUILD_DRIVE, withRebuildBegun } from '../../controller/state/rebuild-changes'
import { integerParameter } from '../parameters'
import { configurationRequest } from '../request'

export const rebuildDrive = configurationRequest({
  name: REBUILD_DRIVE,
  summary: 'Rebuilds a drive that has failed, or the one in its place, from the other drives of its groups. Goes on in the background (get-operation); both controllers take part.',
  parameters: { drive: integerParameter({ minimum: 0, maximum: LIMITS.drives - 1 }, 'The drive, by its number.') },
  change(state, { drive }, { self, requestId }) {
    const { configuration, failedMembers = [] } = state
    if (!configuration.drives.some(({ index }) => index === drive)) {
      return failure({ code: 'not-found', message: `There is no drive ${drive}. list-drives tells those there are.`, field: 'drive' })
    }
    const out = failedMembers.filter((member) => member.drive === drive)
    if (out.length === 0) return failure({ code: 'not-possible-now', message: `Drive ${drive} is in use: there is nothing to rebuild.`, field: 'drive' })
    const running = out.find(({ rebuild }) => rebuild !== undefined)?.rebuild
    if (running !== undefined) return failure({ code: 'not-possible-now', message: `Drive ${drive} is being rebuilt already (operation ${running.operation}).`, field: 'drive' })
    const begun = withRebuildBegun(state, { drive, operation: requestId, server: self })
    const rebuilt = begun.failedMembers?.filter(({ rebuild }) => rebuild?.operation === requestId) ?? []
    const groups = configuration.groups.filter(({ id }) => rebuilt.some(({ groupId }) => groupId === id)).map(({ name }) => name)
    return ok({ state: begun, result: { drive, groups, operation: requestId, state: 'running' } })
  },
})
