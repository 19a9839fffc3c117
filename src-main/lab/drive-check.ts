import type { ArrayState } from '../contract/array-state'
import { majorityOf } from '../core/raid/election'
import { layoutOf, survivesWithout } from '../core/raid/geometry'
import { isInGroup } from '../core/raid/space'
import { isNewer } from '../core/raid/superblock'
import { checkDriveFile, type DriveFile } from '../platform/drive-files'
import { LabStartError } from '../platform/lab-start-error'

export interface CheckedDrives {
  readonly usable: readonly DriveFile[]
  /** Sentences for people about drives that are left out. */
  readonly notices: readonly string[]
}

interface DriveState {
  readonly drive: DriveFile
  readonly state: ArrayState
}

interface BadDrive {
  readonly index: number
  readonly error: LabStartError
}

/**
 * Checks every drive before anything is started, and changes nothing. The array starts without drives that are missing, damaged or
 * foreign if a majority is left and every group that holds a volume can do without them, counting those that it has already given
 * up. Otherwise it throws what is wrong with the first one.
 */
export function checkDrives(drives: readonly DriveFile[], arrayId: string): CheckedDrives {
  const bad: BadDrive[] = []
  const states: DriveState[] = []
  for (const drive of drives) {
    try {
      const { state } = checkDriveFile(drive, arrayId)
      states.push({ drive, state })
    } catch (error) {
      if (!(error instanceof LabStartError)) throw error
      bad.push({ index: drive.index, error })
    }
  }
  const [newest] = states.map(({ state }) => state).sort((one, other) => (isNewer(one, other) ? -1 : 1))
  const [first] = bad
  if (first === undefined) return { usable: drives, notices: [] }
  const isMajority = drives.length - bad.length >= majorityOf(drives.length)
  if (newest === undefined || !isMajority || !survives(newest, bad)) throw first.error
  const usable = drives.filter((drive) => !bad.some(({ index }) => index === drive.index))
  return {
    usable,
    notices: bad.map(({ index, error }) =>
      [
        `The lab starts without drive ${index}, until it is repaired and rebuilt.`,
        error.message,
        'A blank file of the same size in its place can be rebuilt, too.',
      ].join(' '),
    ),
  }
}

function survives({ configuration, failedMembers = [] }: ArrayState, bad: readonly BadDrive[]): boolean {
  const used = configuration.groups.filter(({ id }) => configuration.volumes.some((volume) => isInGroup(volume, id)))
  return used.every((group) => {
    const layout = layoutOf(group)
    const members = new Set(layout.sections.map(({ drive }) => drive))
    const failed = failedMembers.filter(({ groupId }) => groupId === group.id).map(({ drive }) => drive)
    const lost = bad.map(({ index }) => index).filter((index) => members.has(index))
    return lost.length === 0 || survivesWithout(layout, [...new Set([...failed, ...lost])])
  })
}
