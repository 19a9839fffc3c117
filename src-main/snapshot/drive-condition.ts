import type { ArrayState } from '../contract/array-state'
import type { DriveSnapshot } from '../contract/snapshot'
import { REBUILD_DRIVE } from '../core/controller/state/rebuild-changes'

type DriveCondition = Pick<DriveSnapshot, 'state' | 'outAfterGeneration' | 'rebuild'>

/**
 * The condition of a drive for the array. A failed drive stays failed until it is rebuilt, whichever controllers are up and
 * whatever the drive answers. `isFailing`: it does not answer now.
 */
export function driveCondition(index: number, array: ArrayState | undefined, isFailing: boolean): DriveCondition {
  const members = array?.failedMembers?.filter(({ drive }) => drive === index) ?? []
  if (array === undefined || members.length === 0) return { state: isFailing ? 'failed' : 'online' }
  const outAfterGeneration = Math.min(...members.map(({ afterGeneration }) => afterGeneration))
  const operations = array.operations ?? []
  const operation = members.find(({ rebuild }) => rebuild !== undefined)?.rebuild?.operation
  if (operation !== undefined) {
    const { done, total } = operations.find(({ id }) => id === operation)?.progress ?? NO_PROGRESS
    return { state: isFailing ? 'failed' : 'rebuilding', outAfterGeneration, rebuild: { operation, state: 'running', done, total } }
  }
  const last = operations.filter(({ name, drive }) => name === REBUILD_DRIVE && drive === index).at(-1)
  if (last?.state !== 'failed') return { state: 'failed', outAfterGeneration }
  return { state: 'failed', outAfterGeneration, rebuild: { operation: last.id, state: 'failed', message: last.error?.message ?? '' } }
}

/** Of a rebuild that the array state tells nothing of. */
const NO_PROGRESS = { done: 0, total: 0 }
