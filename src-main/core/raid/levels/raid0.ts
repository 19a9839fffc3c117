import { noCorrections, planPlainWrite, recoverNothing } from '../plain-write'
import { chunksOfOne, everyMember, oneChunkEach, smallestInChunks, type LevelRule } from './level'

/** Chunks in turn over all members. */
export const raid0: LevelRule = {
  minSections: 2,
  sectionMultiple: 1,
  distinctDrives: false,
  parityCount: 0,

  dataWidth: (sectionCount) => sectionCount,
  redundancy: () => 0,
  survives: (layout, isLost) => !layout.sections.some((_, member) => isLost(member)),

  memberBlocks: smallestInChunks,
  stripeCount: chunksOfOne,
  memberOf: (layout, groupBlock) => Math.floor(groupBlock / layout.chunkBlocks) % layout.dataWidth,
  memberBlockOf: (layout, groupBlock) =>
    Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
  runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),
  copiesOf: (layout, groupBlock) => [raid0.memberOf(layout, groupBlock)],
  parityMembersOf: () => [],
  stripeMembers: everyMember,
  memberRun: oneChunkEach,

  occupant(layout, member, memberBlock) {
    const { chunkBlocks, stripeBlocks } = layout
    const stripe = Math.floor(memberBlock / chunkBlocks)
    return { role: 'data', groupBlock: stripe * stripeBlocks + member * chunkBlocks + (memberBlock % chunkBlocks) }
  },

  planWrite: planPlainWrite,
  recover: recoverNothing,
  isCheckable: () => true,
  corrections: noCorrections,
}
