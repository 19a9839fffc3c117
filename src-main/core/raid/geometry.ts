import { assert } from '../../base/assert'
import type { RaidGroup, RaidLevel } from '../../contract/configuration'
import type { GroupLayout, LevelRule } from './levels/level'
import { linear } from './levels/linear'
import { raid0 } from './levels/raid0'
import { raid1 } from './levels/raid1'
import { raid10 } from './levels/raid10'
import { raid5 } from './levels/raid5'
import { raid6 } from './levels/raid6'

export type { GroupLayout } from './levels/level'

export const LEVEL_RULES: Readonly<Record<RaidLevel, LevelRule>> = { linear, raid0, raid1, raid5, raid6, raid10 }

/** A block of a drive. `member` is the index of its section in the group. */
export interface DrivePlace {
  readonly member: number
  readonly drive: number
  readonly block: number
}

export interface Placement {
  readonly stripe: number
  /** Where the block is normally read. */
  readonly data: DrivePlace
  /** The other copies of it. */
  readonly copies: readonly DrivePlace[]
  /** The parity blocks that cover it, P before Q. */
  readonly parity: readonly DrivePlace[]
}

/** A run of blocks that are contiguous both in the group and on one drive. */
export interface Extent extends DrivePlace {
  readonly groupBlock: number
  readonly blockCount: number
}

/** The group must be valid (see `validateConfiguration`). */
export function layoutOf(group: RaidGroup): GroupLayout {
  const rule = LEVEL_RULES[group.level]
  const { chunkBlocks, sections } = group
  const dataWidth = rule.dataWidth(sections.length)
  const memberBlocks = rule.memberBlocks(sections, chunkBlocks)
  const stripeCount = rule.stripeCount(memberBlocks, chunkBlocks)
  const stripeBlocks = dataWidth * chunkBlocks
  return {
    groupId: group.id,
    level: group.level,
    chunkBlocks,
    sections,
    stripeBlocks,
    stripeCount,
    usableBlocks: stripeBlocks * stripeCount,
    dataWidth,
    redundancy: rule.redundancy(sections.length),
    memberBlocks,
    rule,
  }
}

/** Whether all data of the group survives without these drives. */
export function survivesWithout(layout: GroupLayout, drives: readonly number[]): boolean {
  return layout.rule.survives(layout, (member) => drives.includes(layout.sections[member]!.drive))
}

/** Whether any drive of the group may be lost beyond these. */
export function survivesOneMore(layout: GroupLayout, drives: readonly number[]): boolean {
  return layout.sections.every(({ drive }) => survivesWithout(layout, [...drives, drive]))
}

/** All places of one block of the group. */
export function locate(layout: GroupLayout, groupBlock: number): Placement {
  assert(groupBlock >= 0 && groupBlock < layout.usableBlocks, () => `block ${groupBlock} is outside group ${layout.groupId}`)
  const { rule } = layout
  const stripe = Math.floor(groupBlock / layout.stripeBlocks)
  const member = rule.memberOf(layout, groupBlock)
  const memberBlock = rule.memberBlockOf(layout, groupBlock)
  const place = (other: number): DrivePlace => placeOf(layout, other, memberBlock)
  const copies = rule.copiesOf(layout, groupBlock).filter((copy) => copy !== member)
  return { stripe, data: place(member), copies: copies.map(place), parity: rule.parityMembersOf(layout, stripe).map(place) }
}

/** The runs from which a range is normally read, in the order of the group. */
export function extents(layout: GroupLayout, firstBlock: number, blockCount: number): Extent[] {
  const isInside = firstBlock >= 0 && firstBlock + blockCount <= layout.usableBlocks
  assert(isInside, () => `blocks ${firstBlock}+${blockCount} are outside group ${layout.groupId}`)
  const runs: Extent[] = []
  const end = firstBlock + blockCount
  for (let block = firstBlock; block < end;) {
    const run = Math.min(layout.rule.runBlocks(layout, block), end - block)
    const place = placeOf(layout, layout.rule.memberOf(layout, block), layout.rule.memberBlockOf(layout, block))
    runs.push({ ...place, groupBlock: block, blockCount: run })
    block += run
  }
  return runs
}

export function placeOf(layout: GroupLayout, member: number, memberBlock: number): DrivePlace {
  const section = layout.sections[member]
  assert(section !== undefined, () => `group ${layout.groupId} has no member ${member}`)
  return { member, drive: section.drive, block: section.firstBlock + memberBlock }
}
