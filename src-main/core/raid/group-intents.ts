import type { DriveStatus, WriteClaim } from '../ports'
import { settleStripes, type DoubtfulStripes, type SettleTerms } from './doubtful-stripes'
import type { GroupLayout } from './levels/level'
import { membersInReach, readIntentSectors, writeIntentSector } from './intent-sectors'
import type { Members } from './members'

/** The write-intent maps on the drives of a group (`intent-map`), and the settling of stripes that they leave in doubt. */
export interface GroupIntents {
  /** The drives that can be asked, to be compared with an earlier result. One that came back is another one. */
  readonly drivesInReach: readonly string[]
  /** The sector of the map of a volume, as each of these drives has it. Undefined where it cannot be read. */
  read(volumeId: number, done: (sectors: readonly (Uint8Array | undefined)[]) => void): void
  /** `good` when all these drives have it, and those that failed meanwhile are on record as failed. */
  write(
    io: { readonly volumeId: number; readonly sector: Uint8Array; readonly claim: WriteClaim },
    done: (status: DriveStatus) => void,
  ): void
  /** Makes stripes agree with the data that can be read, and gives up what only copies or parity in doubt could give. */
  settle(io: DoubtfulStripes, done: (outcome: { readonly status: DriveStatus; readonly corrected: number }) => void): void
}

export function createGroupIntents(layout: GroupLayout, members: Members, terms: SettleTerms): GroupIntents {
  return {
    get drivesInReach() {
      return membersInReach(members).map((member) => members.nameOf(member))
    },
    read: (volumeId, done) => readIntentSectors(members, volumeId, done),
    write: (io, done) => writeIntentSector(members, io, done),
    settle: (io, done) => settleStripes(layout, members, { ...io, ...terms }, done),
  }
}
