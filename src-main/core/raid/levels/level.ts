import type { RaidLevel, Section } from '../../../contract/configuration'

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

/** The arithmetic of one RAID level, without any I/O. */
export interface LevelRule {
  readonly minimumSections: number
  /** Whether two sections on one drive would defeat the level. */
  readonly distinctDrives: boolean
  dataWidth(sectionCount: number): number
  redundancy(sectionCount: number): number
  /** Blocks in use of each member, for these sections. */
  memberBlocks(sections: readonly Section[], chunkBlocks: number): readonly number[]
  /** The member from which a group block is read while all is well. */
  memberOf(layout: GroupLayout, groupBlock: number): number
  memberBlockOf(layout: GroupLayout, groupBlock: number): number
  /** Blocks from this one on that are read from the same member, one behind the other; at least 1. */
  runBlocks(layout: GroupLayout, groupBlock: number): number
  /** -1 where the level has no parity. */
  parityMemberOf(layout: GroupLayout, stripe: number): number
  /** The reverse: what stands at this block of this member, which must be in use. */
  occupant(layout: GroupLayout, member: number, memberBlock: number): MemberOccupant
}

/** For levels that use as much of every section as the smallest one has, in whole chunks. */
export function smallestInChunks(sections: readonly Section[], chunkBlocks: number): readonly number[] {
  let smallest = Number.MAX_SAFE_INTEGER
  for (const section of sections) smallest = Math.min(smallest, section.blockCount)
  const used = smallest - (smallest % chunkBlocks)
  return sections.map(() => used)
}
