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
 * together: one chunk of every member, but one chunk of one member for linear.
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

/** What one member has of a stripe, or should have. */
export interface StripePart {
  readonly member: number
  readonly bytes: Uint8Array
}

/**
 * All that the rest of the lab knows of a RAID level: where blocks are, how they are written, recovered and checked, and what
 * a log must keep. What levels have in common stands beside: `plain-write`, `copies`, and `parity-write`, `parity-recovery`
 * and `parity-check`.
 */
export interface LevelRule {
  readonly minSections: number
  /** The number of sections is a multiple of it. */
  readonly sectionMultiple: number
  /** Whether two sections on one drive would defeat the level. */
  readonly distinctDrives: boolean
  /** Parity chunks of one stripe. Where there are any, an interrupted stripe cannot do without a drive unless the log is there. */
  readonly parityCount: number

  dataWidth(sectionCount: number): number
  /** How many members may be lost, whichever they are. */
  redundancy(sectionCount: number): number
  /** Whether all data is still there without these members. */
  survives(layout: GroupLayout, isLost: (member: number) => boolean): boolean

  /** Blocks in use of each member, for these sections. */
  memberBlocks(sections: readonly Section[], chunkBlocks: number): readonly number[]
  stripeCount(memberBlocks: readonly number[], chunkBlocks: number): number
  /** The member from which a group block is read while all is well. */
  memberOf(layout: GroupLayout, groupBlock: number): number
  memberBlockOf(layout: GroupLayout, groupBlock: number): number
  /** Blocks from this one on that are read from the same member, one behind the other; at least 1. */
  runBlocks(layout: GroupLayout, groupBlock: number): number
  /** All members that have a group block, in order. */
  copiesOf(layout: GroupLayout, groupBlock: number): readonly number[]
  /** The members with the parity of a stripe, P before Q; none where the level has no parity. */
  parityMembersOf(layout: GroupLayout, stripe: number): readonly number[]
  /** All members that have a part of a stripe, in order. */
  stripeMembers(layout: GroupLayout, stripe: number): readonly number[]
  /** What whole stripes take of a member; `blockCount` is 0 where that is nothing. */
  memberRun(layout: GroupLayout, member: number, stripes: BlockRun): BlockRun
  /** The reverse: what stands at this block of this member, which must be in use. */
  occupant(layout: GroupLayout, member: number, memberBlock: number): MemberOccupant

  /**
   * Plans every write to every drive, and reads what is needed for that. The stripes must be locked exclusively until the
   * plan is carried out. Members that are out are left out of it. What is read may find that more of them are.
   */
  planWrite(layout: GroupLayout, members: MemberIo, write: PlannedWrite, done: (outcome: PlanOutcome) => void): void
  /** Gets a range, inside one stripe, that its own member could not give. `failed` where the level has no second source. */
  recover(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void
  /** Whether the parts that so many members have of a stripe can be held against each other. */
  isCheckable(layout: GroupLayout, presentCount: number): boolean
  /** What should stand where something else does, so that copies and parity are those of the data. `parts`: of members that are present. */
  corrections(layout: GroupLayout, stripe: number, parts: readonly StripePart[]): StripePart[]
}

/** The member that has data chunk `chunk` (0 to dataWidth - 1) of a stripe. */
export function dataMemberOf(layout: GroupLayout, stripe: number, chunk: number): number {
  return layout.rule.memberOf(layout, stripe * layout.stripeBlocks + chunk * layout.chunkBlocks)
}

export function everyMember({ sections }: GroupLayout): readonly number[] {
  return sections.map((_, member) => member)
}

/** For levels whose stripes take one chunk of every member. */
export function oneChunkEach({ chunkBlocks, stripeBlocks }: GroupLayout, _member: number, { firstBlock, blockCount }: BlockRun): BlockRun {
  return { firstBlock: (firstBlock / stripeBlocks) * chunkBlocks, blockCount: (blockCount / stripeBlocks) * chunkBlocks }
}

/** For levels that use as much of every section as the smallest one has, in whole chunks. */
export function smallestInChunks(sections: readonly Section[], chunkBlocks: number): readonly number[] {
  let smallest = Number.MAX_SAFE_INTEGER
  for (const section of sections) smallest = Math.min(smallest, section.blockCount)
  const used = smallest - (smallest % chunkBlocks)
  return sections.map(() => used)
}

export function chunksOfOne(memberBlocks: readonly number[], chunkBlocks: number): number {
  return (memberBlocks[0] ?? 0) / chunkBlocks
}
