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
 * Where everything is in one RAID group. All addresses and counts are in blocks.
 *
 * A *member* is the index of a section in the group; a *member block* counts from the beginning of that section; a *group block*
 * counts the data that the group offers, without parity and copies. A *stripe* is what is updated together: one chunk of every
 * member, or for linear, one chunk of one member.
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
  /** Blocks of each member that are in use; the rest of its section is not. */
  readonly memberBlocks: readonly number[]
  readonly rule: LevelRule
}

/** What is at a member block. For parity, `groupBlock` is the first data block of its stripe. */
export interface MemberOccupant {
  readonly role: 'data' | 'mirror' | 'parity'
  readonly groupBlock: number
}

/** One member's part of a stripe, as it is or as it should be. */
export interface StripePart {
  readonly member: number
  readonly bytes: Uint8Array
}

/**
 * Everything that the rest of the lab knows of a RAID level: where blocks are, how they are written, recovered, and checked, and
 * what a log must keep. Levels share code in `plain-write`, `copies`, `parity-write`, `parity-recovery`, and `parity-check`.
 */
export interface LevelRule {
  readonly minSections: number
  /** The number of sections must be a multiple of this. */
  readonly sectionMultiple: number
  /** Whether two sections on one drive would defeat the level. */
  readonly distinctDrives: boolean
  /** Parity chunks of one stripe. If there are any, an interrupted stripe can lose a drive only if its log is available. */
  readonly parityCount: number

  dataWidth(sectionCount: number): number
  /** How many members may be lost, whichever they are. */
  redundancy(sectionCount: number): number
  /** Whether all data survives without these members. */
  survives(layout: GroupLayout, isLost: (member: number) => boolean): boolean

  /** Blocks in use of each member, for these sections. */
  memberBlocks(sections: readonly Section[], chunkBlocks: number): readonly number[]
  stripeCount(memberBlocks: readonly number[], chunkBlocks: number): number
  /** The member from which a group block is normally read. */
  memberOf(layout: GroupLayout, groupBlock: number): number
  memberBlockOf(layout: GroupLayout, groupBlock: number): number
  /** How many blocks from this one on are read from the same member, contiguously; at least 1. */
  runBlocks(layout: GroupLayout, groupBlock: number): number
  /** All members that have a group block, in order. */
  copiesOf(layout: GroupLayout, groupBlock: number): readonly number[]
  /** The members with the parity of a stripe, P before Q; none if the level has no parity. */
  parityMembersOf(layout: GroupLayout, stripe: number): readonly number[]
  /** All members that have a part of a stripe, in order. */
  stripeMembers(layout: GroupLayout, stripe: number): readonly number[]
  /** The blocks of a member that whole stripes occupy; `blockCount` is 0 if there are none. */
  memberRun(layout: GroupLayout, member: number, stripes: BlockRun): BlockRun
  /** The reverse: what is at this block of this member. The block must be in use. */
  occupant(layout: GroupLayout, member: number, memberBlock: number): MemberOccupant

  /**
   * Plans every write to every drive, and reads what that needs. The stripes must stay locked exclusively until the plan is
   * carried out. Members that are gone get no writes. The reads may find that more members are out.
   */
  planWrite(layout: GroupLayout, members: MemberIo, write: PlannedWrite, done: (outcome: PlanOutcome) => void): void
  /** Recovers a range, within one stripe, that its own member could not give. `failed` if the level has no other source. */
  recover(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void
  /** Whether a stripe can be checked when this many members have their part. */
  isCheckable(layout: GroupLayout, presentCount: number): boolean
  /** The parts to write so that copies and parity agree with the data. `parts` are those of members that are present. */
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
