import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus, WriteClaim } from '../ports'
import { intentBlock } from './intent-map'
import { worse } from './member-io'
import type { Members } from './members'

/**
 * Reads the sector of a volume's write-intent map from every drive of the group. Undefined where it cannot be read. A drive that is
 * being rebuilt is not asked: until its rebuild begins it may have none, or that of a time before it was away.
 */
export function readIntentSectors(members: Members, volumeId: number, done: (sectors: readonly (Uint8Array | undefined)[]) => void): void {
  const asked = membersInReach(members).filter((member) => members.isWhole(member))
  const sectors: (Uint8Array | undefined)[] = []
  let waiting = asked.length
  if (waiting === 0) return members.refuse(0, undefined, () => done([]))
  for (const member of asked) {
    const into = new Uint8Array(BLOCK_BYTES)
    members.readDrive(member, intentBlock(volumeId), into, (status) => {
      sectors.push(status === 'good' ? into : undefined)
      if (--waiting === 0) done(sectors)
    })
  }
}

/**
 * Writes the sector to every drive of the group. It counts when all that answer have it and the others are on record as failed.
 * A drive that cannot write this one sector is left out: the others have it.
 */
export function writeIntentSector(
  members: Members,
  io: { readonly volumeId: number; readonly sector: Uint8Array; readonly claim: WriteClaim },
  done: (status: DriveStatus) => void,
): void {
  const asked = membersInReach(members)
  let waiting = asked.length
  let worst: DriveStatus = 'good'
  let written = 0
  let hasRoom = true
  if (waiting === 0) return members.refuse(0, undefined, () => done('failed'))
  for (const member of asked) {
    members.writeDrive(member, { block: intentBlock(io.volumeId), bytes: io.sector, claim: io.claim }, (status) => {
      if (status === 'good') written++
      if (status === 'no-space') hasRoom = false
      worst = worse(worst, status)
      if (--waiting > 0) return
      if (worst === 'stale-epoch') done(worst)
      // This passes, and then the group may do without the drives that failed.
      else if (!hasRoom) done('no-space')
      else if (written === 0) done(worst)
      else members.whenSettled((isSettled) => done(isSettled ? 'good' : 'failed'))
    })
  }
}

export function membersInReach(members: Members): number[] {
  return Array.from({ length: members.count }, (_, member) => member).filter((member) => !members.isGone(member))
}
