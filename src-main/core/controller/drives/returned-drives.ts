import type { ArrayState } from '../../../contract/array-state'
import type { ControllerPorts } from '../../ports'
import type { StateDrives } from '../state/state-drives'

export interface ReturnedDrivesParts {
  readonly ports: Pick<ControllerPorts, 'drives'>
  readonly stateDrives: StateDrives
}

/**
 * An operator who has a drive rebuilt has mended or replaced it. So it is asked again, whatever it answered before, and
 * superblocks go to it, also where it is another drive.
 */
export class ReturnedDrives {
  readonly #parts: ReturnedDrivesParts

  constructor(parts: ReturnedDrivesParts) {
    this.#parts = parts
  }

  /** Before anything that does I/O learns of the state. */
  installed(state: ArrayState, previous: ArrayState | undefined): void {
    const { ports, stateDrives } = this.#parts
    const before = rebuildsOf(previous)
    for (const [drive, operation] of rebuildsOf(state)) {
      if (before.get(drive) !== operation) ports.drives.find(({ index }) => index === drive)?.reopen()
      stateDrives.admit(drive)
    }
  }
}

/** By drive, the operation that rebuilds it. */
function rebuildsOf(state: ArrayState | undefined): ReadonlyMap<number, string> {
  const rebuilds = state?.failedMembers?.flatMap(({ drive, rebuild }) =>
    rebuild === undefined ? [] : [[drive, rebuild.operation] as const],
  )
  return new Map(rebuilds)
}
