import type { ArrayState } from '../contract/array-state'
import type { DriveSnapshot } from '../contract/snapshot'
import { REBUILD_DRIVE, rebuildProgressOf } from '../core/controller/rebuild-changes'

type DriveCondition = Pick<DriveSnapshot, 'state' | 'outAfterGeneration' | 'rebuild'>

/**
 * What the array makes of each drive. A drive that has failed stays so for the array, whichever controllers are up and
 * whatever it answers them, until it is rebuilt. Operations do not say which drive they are about, a rebuild that ended leaves
 * nothing else, and of one that runs the state has only the groups that still lack something: so the last one of each drive is
 * kept here, with the most that it ever had to do.
 */
export class DriveBook {
  readonly #rebuilds = new Map<number, { readonly operation: string; readonly total: number }>()

  note(array: ArrayState): void {
    for (const { drive, rebuild } of array.failedMembers ?? []) {
      if (rebuild === undefined) continue
      const { operation } = rebuild
      const known = this.#rebuilds.get(drive)
      const { total } = rebuildProgressOf(array, operation)
      this.#rebuilds.set(drive, { operation, total: known?.operation === operation ? Math.max(known.total, total) : total })
    }
  }

  /** `isFailing`: it does not answer now. */
  conditionOf(index: number, array: ArrayState | undefined, isFailing: boolean): DriveCondition {
    const members = array?.failedMembers?.filter(({ drive }) => drive === index) ?? []
    if (array === undefined || members.length === 0) return { state: isFailing ? 'failed' : 'online' }
    const outAfterGeneration = Math.min(...members.map(({ afterGeneration }) => afterGeneration))
    const operation = members.find(({ rebuild }) => rebuild !== undefined)?.rebuild?.operation
    const known = this.#rebuilds.get(index)
    if (operation !== undefined) {
      const now = rebuildProgressOf(array, operation)
      const total = known?.operation === operation ? known.total : now.total
      return { state: isFailing ? 'failed' : 'rebuilding', outAfterGeneration, rebuild: { operation, state: 'running', done: total - (now.total - now.done), total } }
    }
    const ended = array.operations?.find(({ id, name, state }) => name === REBUILD_DRIVE && state === 'failed' && id === known?.operation)
    if (ended === undefined) return { state: 'failed', outAfterGeneration }
    return { state: 'failed', outAfterGeneration, rebuild: { operation: ended.id, state: 'failed', message: ended.error?.message ?? '' } }
  }
}
