import { ok } from '../../../base/result'
import { REBUILD_DRIVE, withRebuildBegun } from '../../controller/state/rebuild-changes'
import { booleanParameter, integerParameter, optional } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'

export const rebuildDrive = configurationRequest({
  name: REBUILD_DRIVE,
  summary:
    'Rebuilds a failed drive, or its replacement, from the other drives of its RAID groups. ' +
    'It runs in the background on both controllers (get-operation).',
  parameters: {
    drive: integerParameter({ minimum: 0 }, 'The number of the drive.'),
    force: optional(booleanParameter('Rebuild it even if it is in use. Its groups do without it until it is rebuilt.')),
  },
  change(state, { drive, force = false }, { self, requestId }) {
    const { configuration, failedMembers = [] } = state
    if (!configuration.drives.some(({ index }) => index === drive)) {
      return refusal('not-found', `There is no drive ${drive}. The drives are 0 to ${configuration.drives.length - 1}.`, 'drive')
    }
    const out = failedMembers.filter((member) => member.drive === drive)
    if (out.length === 0 && !force) {
      const what = `Drive ${drive} is in use, so there is nothing to rebuild.`
      return refusal('not-possible-now', `${what} If you do not trust its data, send the request with force.`, 'drive')
    }
    const running = out.find(({ rebuild }) => rebuild !== undefined)?.rebuild
    if (running !== undefined) {
      return refusal('not-possible-now', `Drive ${drive} is already being rebuilt (operation ${running.operation}).`, 'drive')
    }
    const begun = withRebuildBegun(state, { drive, operation: requestId, server: self })
    const rebuilt = begun.failedMembers?.filter(({ rebuild }) => rebuild?.operation === requestId) ?? []
    if (rebuilt.length === 0) {
      return refusal('not-possible-now', `No group can do without drive ${drive}, so nothing could rebuild it.`, 'drive')
    }
    const groups = configuration.groups.filter(({ id }) => rebuilt.some(({ groupId }) => groupId === id)).map(({ name }) => name)
    return ok({ state: begun, result: { drive, groups, operation: requestId, state: 'running' } })
  },
})
