import { planPlainWrite, recoverNothing } from '../plain-write'
import { smallestInChunks, type LevelRule } from './level'

/** Chunks in turn over all members. */
export const raid0: LevelRule = {
  minimumSections: 2,
  distinctDrives: false,
  parityCount: 0,
  dataWidth: (sectionCount) => sectionCount,
  redundancy: () => 0,
  memberBlocks: smallestInChunks,
  memberOf: (layout, groupBlock) => Math.floor(groupBlock / layout.chunkBlocks) % layout.dataWidth,
  memberBlockOf: (layout, groupBlock) =>
    Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
  runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),
  copiesOf: (layout, groupBlock) => [layout.rule.memberOf(layout, groupBlock)],
  parityMembersOf: () => [],
  planWrite: planPlainWrite,
  recover: recoverNothing,

  occupant(layout, member, memberBlock) {
    const { chunkBlocks, stripeBlocks } = layout
    const stripe = Math.floor(memberBlock / chunkBlocks)
    return { role: 'data', groupBlock: stripe * stripeBlocks + member * chunkBlocks + (memberBlock % chunkBlocks) }
  },
}
