import { CHUNKS_PER_TURN, copyCorrections, planCopies, readCopy } from '../copies'
import { chunksOfOne, everyMember, oneChunkEach, smallestInChunks, type GroupLayout, type LevelRule } from './level'

/** The same blocks on every member. */
export const raid1: LevelRule = {
  minSections: 2,
  sectionMultiple: 1,
  distinctDrives: true,
  parityCount: 0,

  dataWidth: () => 1,
  redundancy: (sectionCount) => sectionCount - 1,
  survives: (layout, isLost) => layout.sections.some((_, member) => !isLost(member)),

  memberBlocks: smallestInChunks,
  stripeCount: chunksOfOne,
  memberOf: (layout, groupBlock) => Math.floor(groupBlock / turnBlocks(layout)) % layout.sections.length,
  memberBlockOf: (_layout, groupBlock) => groupBlock,
  runBlocks: (layout, groupBlock) => turnBlocks(layout) - (groupBlock % turnBlocks(layout)),
  copiesOf: everyMember,
  parityMembersOf: () => [],
  stripeMembers: everyMember,
  memberRun: oneChunkEach,
  occupant: (layout, member, memberBlock) => ({
    role: raid1.memberOf(layout, memberBlock) === member ? 'data' : 'mirror',
    groupBlock: memberBlock,
  }),

  planWrite: planCopies,
  recover: readCopy,
  isCheckable: () => true,
  corrections: copyCorrections,
}

function turnBlocks(layout: GroupLayout): number {
  return layout.chunkBlocks * CHUNKS_PER_TURN
}
