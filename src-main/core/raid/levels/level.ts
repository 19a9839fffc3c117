import type { RaidLevel, Section } from '../../../contract/configuration'
import type { DriveStatus } from '../../ports'
import type { MemberIo, MemberRange } from '../member-io'
import type { PlannedWrite, PlanOutcome } from '../write-plan'

/** A run of blocks of a group or of a drive. */
export interface BlockRun {
  readonly firstBlock: number
  readonly blockCount: number
}

/**
 * Where everything stands in one RAID group. All addresses and counts are in blocks.
 *
 * A *member* is the index of a section in the group; a *member block* counts from the beginning of that section; a
 * *group block* counts the data that the group offers, without parity and copies. A *stripe* is what is updated
 * together: one chunk on every member for raid0 and raid5, one chunk for linear and raid1.
 */
export interface GroupLayout {
  readonly groupId: number
  readonly level: RaidLevel
  readonly chunkBlocks: number
  readonly sections: readonly Section[]
  /** Data blocks of one full stripe: volumes begin at a multiple of it, so that two never share a stripe. */
  readonly stripeBlocks: number
  readonly stripeCount: number
  /** Data blocks that the group offers: `stripeBlocks` times `stripeCount`. */
  readonly usableBlocks: number
  /** Data chunks of one stripe. */
  readonly dataWidth: number
  /** How many members may be lost without losing data. */
  readonly redundancy: number
  /** Blocks of each member that are in use; what is left of a section beyond them is not. */
  readonly memberBlocks: readonly number[]
  readonly rule: LevelRule
}

/** What stands at a member block. `groupBlock` of parity is the first data block of its stripe. */
export interface MemberOccupant {
  readonly role: 'data' | 'mirror' | 'parity'
  readonly groupBlock: number
}

/** What one RAID level is: its arithmetic, and what it does to write. */
export interface LevelRule {
  readonly minimumSections: number
  /** Whether two sections on one drive would defeat the level. */
  readonly distinctDrives: boolean
  /** Parity chunks of one stripe. */
  readonly parityCount: number
  dataWidth(sectionCount: number): number
  redundancy(sectionCount: number): number
  /** Blocks in use of each member, for these sections. */
  memberBlocks(sections: readonly Section[], chunkBlocks: number): readonly number[]
  /** The member from which a group block is read while all is well. */
  memberOf(layout: GroupLayout, groupBlock: number): number
  memberBlockOf(layout: GroupLayout, groupBlock: number): number
  /** Blocks from this one on that are read from the same member, one behind the other; at least 1. */
  runBlocks(layout: GroupLayout, groupBlock: number): number
  /** All members that have a group block, in order. */
  copiesOf(layout: GroupLayout, groupBlock: number): readonly number[]
  /** The members with the parity of a stripe, P before Q; none where the level has no parity. */
  parityMembersOf(layout: GroupLayout, stripe: number): readonly number[]
  /** The reverse: what stands at this block of this member, which must be in use. */
  occupant(layout: GroupLayout, member: number, memberBlock: number): MemberOccupant
  /**
   * Plans every write to every drive, and reads what is needed for that. The stripes must be locked exclusively until the
   * plan is carried out. Members that are out are left out of it. What is read may find that more of them are.
   */
  planWrite(layout: GroupLayout, members: MemberIo, write: PlannedWrite, done: (outcome: PlanOutcome) => void): void
  /** Gets a range, inside one stripe, that its own member could not give. `failed` where the level has no second source. */
  recover(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void
}

/** The member that has data chunk `chunk` (0 to dataWidth - 1) of a stripe. */
export function dataMemberOf(layout: GroupLayout, stripe: number, chunk: number): number {
  return layout.rule.memberOf(layout, stripe * layout.stripeBlocks + chunk * layout.chunkBlocks)
}

/** For levels that use as much of every section as the smallest one has, in whole chunks. */
export function smallestInChunks(sections: readonly Section[], chunkBlocks: number): readonly number[] {
  let smallest = Number.MAX_SAFE_INTEGER
  for (const section of sections) smallest = Math.min(smallest, section.blockCount)
  const used = smallest - (smallest % chunkBlocks)
  return sections.map(() => used)
}
