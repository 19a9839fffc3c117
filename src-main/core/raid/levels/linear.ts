import { planPlainWrite, recoverNothing } from '../plain-write'
import type { LevelRule } from './level'

/** Sections one behind the other, each in whole chunks, so that no chunk spans two drives. */
export const linear: LevelRule = {
  minimumSections: 1,
  distinctDrives: false,
  parityCount: 0,
  dataWidth: () => 1,
  redundancy: () => 0,
  memberBlocks: (sections, chunkBlocks) => sections.map((section) => section.blockCount - (section.blockCount % chunkBlocks)),

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

  copiesOf: (layout, groupBlock) => [layout.rule.memberOf(layout, groupBlock)],
  parityMembersOf: () => [],
  planWrite: planPlainWrite,
  recover: recoverNothing,

  occupant(layout, member, memberBlock) {
    let groupBlock = memberBlock
    for (let i = 0; i < member; i++) groupBlock += layout.memberBlocks[i]!
    return { role: 'data', groupBlock }
  },
}
