import { CHUNKS_PER_TURN, copyCorrections, planCopies, readCopy } from '../copies'
import { chunksOfOne, everyMember, oneChunkEach, smallestInChunks, type GroupLayout, type LevelRule } from './level'

/** Chunks in turn over mirrored pairs of members: 0 and 1 are a pair, 2 and 3, and so on. One of every pair may be lost. */
export const raid10: LevelRule = {
  minSections: 4,
  sectionMultiple: 2,
  distinctDrives: true,
  parityCount: 0,

  dataWidth: (sectionCount) => sectionCount / 2,
  redundancy: () => 1,

  survives(layout, isLost) {
    for (let member = 0; member < layout.sections.length; member += 2) if (isLost(member) && isLost(member + 1)) return false
    return true
  },

  memberBlocks: smallestInChunks,
  stripeCount: chunksOfOne,
  memberOf: (layout, groupBlock) => 2 * pairOf(layout, groupBlock) + (Math.floor(groupBlock / layout.stripeBlocks / CHUNKS_PER_TURN) % 2),
  memberBlockOf: (layout, groupBlock) =>
    Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
  runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),

  copiesOf(layout, groupBlock) {
    const first = 2 * pairOf(layout, groupBlock)
    return [first, first + 1]
  },

  parityMembersOf: () => [],
  stripeMembers: everyMember,
  memberRun: oneChunkEach,

  occupant(layout, member, memberBlock) {
    const { chunkBlocks, stripeBlocks } = layout
    const chunk = Math.floor(member / 2)
    const groupBlock = Math.floor(memberBlock / chunkBlocks) * stripeBlocks + chunk * chunkBlocks + (memberBlock % chunkBlocks)
    return { role: raid10.memberOf(layout, groupBlock) === member ? 'data' : 'mirror', groupBlock }
  },

  planWrite: planCopies,
  recover: readCopy,
  isCheckable: () => true,
  corrections: copyCorrections,
}

function pairOf({ chunkBlocks, dataWidth }: GroupLayout, groupBlock: number): number {
  return Math.floor(groupBlock / chunkBlocks) % dataWidth
}
