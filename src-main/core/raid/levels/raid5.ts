import { smallestInChunks, type GroupLayout, type LevelRule } from './level'

/**
 * Left-symmetric rotation: the parity of stripe 0 is on the last member and moves one member to the left with each
 * stripe; data begins on the member behind the parity and wraps around, so that data read in order goes over all
 * members in turn.
 */
export const raid5: LevelRule = {
  minimumSections: 3,
  distinctDrives: true,
  dataWidth: (sectionCount) => sectionCount - 1,
  redundancy: () => 1,
  memberBlocks: smallestInChunks,

  memberOf(layout, groupBlock) {
    const stripe = Math.floor(groupBlock / layout.stripeBlocks)
    return dataMemberOf(layout, stripe, Math.floor((groupBlock - stripe * layout.stripeBlocks) / layout.chunkBlocks))
  },

  memberBlockOf: (layout, groupBlock) =>
    Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
  runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),

  parityMemberOf(layout, stripe) {
    const width = layout.dataWidth + 1
    return width - 1 - (stripe % width)
  },

  occupant(layout, member, memberBlock) {
    const { chunkBlocks, stripeBlocks, dataWidth } = layout
    const stripe = Math.floor(memberBlock / chunkBlocks)
    const parity = raid5.parityMemberOf(layout, stripe)
    if (member === parity) return { role: 'parity', groupBlock: stripe * stripeBlocks }
    const chunk = (member - parity + dataWidth) % (dataWidth + 1)
    return { role: 'data', groupBlock: stripe * stripeBlocks + chunk * chunkBlocks + (memberBlock % chunkBlocks) }
  },
}

/** The member that has data chunk `chunk` (0 to dataWidth - 1) of a stripe. */
export function dataMemberOf(layout: GroupLayout, stripe: number, chunk: number): number {
  return (raid5.parityMemberOf(layout, stripe) + 1 + chunk) % (layout.dataWidth + 1)
}
