import { smallestInChunks, type LevelRule } from './level'

/** Chunks in turn over all members. */
export const raid0: LevelRule = {
  minimumSections: 2,
  distinctDrives: false,
  dataWidth: (sectionCount) => sectionCount,
  redundancy: () => 0,
  memberBlocks: smallestInChunks,
  memberOf: (layout, groupBlock) => Math.floor(groupBlock / layout.chunkBlocks) % layout.dataWidth,
  memberBlockOf: (layout, groupBlock) =>
    Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
  runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),
  parityMemberOf: () => -1,

  occupant(layout, member, memberBlock) {
    const { chunkBlocks, stripeBlocks } = layout
    const stripe = Math.floor(memberBlock / chunkBlocks)
    return { role: 'data', groupBlock: stripe * stripeBlocks + member * chunkBlocks + (memberBlock % chunkBlocks) }
  },
}
