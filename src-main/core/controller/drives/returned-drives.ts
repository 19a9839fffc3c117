import type { ArrayState } from '../../../contract/array-state'
import type { DrivePort } from '../../ports'
import type { ArrayStore } from '../state/array-store'
import type { StateDrives } from '../state/state-drives'

/**
 * Who has a drive rebuilt has seen to it: it is asked again, whatever it answered before, and where it is another one it gets
 * superblocks, too. To be called before anything that does I/O learns of a state.
 */
export function noteReturnedDrives({ store, drives, ports }: { readonly store: ArrayStore; readonly drives: StateDrives; readonly ports: readonly DrivePort[] }): void {
  store.onInstalled((state, previous) => {
    const before = rebuildsOf(previous)
    for (const [drive, operation] of rebuildsOf(state)) {
      if (before.get(drive) !== operation) ports.find(({ index }) => index === drive)?.reopen()
      drives.admit(drive)
    }
  })
}

/** By drive, the operation that rebuilds it. */
function rebuildsOf(state: ArrayState | undefined): ReadonlyMap<number, string> {
  return new Map(state?.failedMembers?.flatMap(({ drive, rebuild }) => (rebuild === undefined ? [] : [[drive, rebuild.operation] as const])))
}
