import { noCorrections, planPlainWrite, recoverNothing } from '../plain-write'
import type { GroupLayout, LevelRule } from './level'

/** Sections one after the other, each in whole chunks, so that no chunk spans two drives. */
export const linear: LevelRule = {
  minSections: 1,
  sectionMultiple: 1,
  distinctDrives: false,
  parityCount: 0,

  dataWidth: () => 1,
  redundancy: () => 0,
  survives: (layout, isLost) => !layout.sections.some((_, member) => isLost(member)),

  memberBlocks: (sections, chunkBlocks) => sections.map((section) => section.blockCount - (section.blockCount % chunkBlocks)),
  stripeCount: (memberBlocks, chunkBlocks) => memberBlocks.reduce((sum, blocks) => sum + blocks, 0) / chunkBlocks,

  memberOf(layout, groupBlock) {
    const { memberBlocks } = layout
    let member = 0
    let left = groupBlock
    while (left >= memberBlocks[member]!) left -= memberBlocks[member++]!
    return member
  },

  memberBlockOf(layout, groupBlock) {
    const { memberBlocks } = layout
    let member = 0
    let left = groupBlock
    while (left >= memberBlocks[member]!) left -= memberBlocks[member++]!
    return left
  },

  runBlocks(layout, groupBlock) {
    const { memberBlocks } = layout
    let member = 0
    let left = groupBlock
    while (left >= memberBlocks[member]!) left -= memberBlocks[member++]!
    return memberBlocks[member]! - left
  },

  copiesOf: (layout, groupBlock) => [linear.memberOf(layout, groupBlock)],
  parityMembersOf: () => [],
  stripeMembers: (layout, stripe) => [linear.memberOf(layout, stripe * layout.stripeBlocks)],

  memberRun(layout, member, { firstBlock, blockCount }) {
    const before = blocksBefore(layout, member)
    const first = Math.max(0, firstBlock - before)
    const end = Math.min(layout.memberBlocks[member]!, firstBlock + blockCount - before)
    return { firstBlock: first, blockCount: Math.max(0, end - first) }
  },

  occupant: (layout, member, memberBlock) => ({ role: 'data', groupBlock: blocksBefore(layout, member) + memberBlock }),

  planWrite: planPlainWrite,
  recover: recoverNothing,
  isCheckable: () => true,
  corrections: noCorrections,
}

function blocksBefore({ memberBlocks }: GroupLayout, member: number): number {
  let blocks = 0
  for (let before = 0; before < member; before++) blocks += memberBlocks[before]!
  return blocks
}
