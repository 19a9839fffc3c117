import type { ArrayState } from '../../../contract/array-state'
import type { ControllerPorts } from '../../ports'
import { isToBeRebuilt } from '../../raid/election'
import type { Committer } from '../state/committer'
import type { StateDrives } from '../state/state-drives'

export interface ReturnedDrivesParts {
  readonly ports: Pick<ControllerPorts, 'drives'>
  readonly stateDrives: StateDrives
  readonly committer: Pick<Committer, 'recordTakenIn'>
}

/**
 * Puts a drive back into service when its rebuild begins. The operator who asked for the rebuild has repaired or replaced the
 * drive. So the controller opens it again, whatever it answered before, and writes superblocks even to a different drive.
 */
export class ReturnedDrives {
  readonly #parts: ReturnedDrivesParts

  constructor(parts: ReturnedDrivesParts) {
    this.#parts = parts
  }

  /** Must run before any part that does I/O sees the state. */
  installed(state: ArrayState, previous: ArrayState | undefined): void {
    const { ports, stateDrives, committer } = this.#parts
    const before = rebuildsOf(previous)
    for (const [drive, operation] of rebuildsOf(state)) {
      if (before.get(drive) === operation) continue
      // Of a rebuild that was further when this controller started, the drive must have something: it is measured before it is used.
      if (previous === undefined && !isToBeRebuilt(state, drive)) continue
      ports.drives.find(({ index }) => index === drive)?.reopenForRebuild()
      stateDrives.admit(drive, operation)
      committer.recordTakenIn()
    }
  }
}

/** The operation that rebuilds each drive, by drive index. */
function rebuildsOf(state: ArrayState | undefined): ReadonlyMap<number, string> {
  const rebuilds = state?.failedMembers?.flatMap(({ drive, rebuild }) =>
    rebuild === undefined ? [] : [[drive, rebuild.operation] as const],
  )
  return new Map(rebuilds)
}
