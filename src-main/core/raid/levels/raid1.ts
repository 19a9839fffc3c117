import { planCopies, readCopy } from '../copies'
import { smallestInChunks, type GroupLayout, type LevelRule } from './level'

/**
 * How many chunks in a row are read from one copy before the next copy takes its turn. By position and not by load: a
 * block always comes from the same copy while all is well, so that copies which a crash left different (a write that
 * was never acknowledged) do not make a block change back and forth.
 */
const CHUNKS_PER_TURN = 8

/** The same blocks on every member. */
export const raid1: LevelRule = {
  minimumSections: 2,
  distinctDrives: true,
  parityCount: 0,
  dataWidth: () => 1,
  redundancy: (sectionCount) => sectionCount - 1,
  memberBlocks: smallestInChunks,
  memberOf: (layout, groupBlock) => Math.floor(groupBlock / turnBlocks(layout)) % layout.sections.length,
  memberBlockOf: (_layout, groupBlock) => groupBlock,
  runBlocks: (layout, groupBlock) => turnBlocks(layout) - (groupBlock % turnBlocks(layout)),
  copiesOf: (layout) => layout.sections.map((_, member) => member),
  parityMembersOf: () => [],
  planWrite: planCopies,
  recover: readCopy,
  occupant: (layout, member, memberBlock) => ({
    role: raid1.memberOf(layout, memberBlock) === member ? 'data' : 'mirror',
    groupBlock: memberBlock,
  }),
}

function turnBlocks(layout: GroupLayout): number {
  return layout.chunkBlocks * CHUNKS_PER_TURN
}
