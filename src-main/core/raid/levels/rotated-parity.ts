import { parityCorrections } from '../parity-check'
import { recoverFromParity } from '../parity-recovery'
import { planParityWrite } from '../parity-write'
import { chunksOfOne, everyMember, oneChunkEach, smallestInChunks, type GroupLayout, type LevelRule } from './level'

/**
 * Left-symmetric rotation. The parity of stripe 0 is on the last member (RAID 6: Q on the first) and moves one member to the left
 * with each stripe. Data begins on the member after the parity and wraps around, so that sequential data uses all members in
 * turn.
 */
export function rotatedParity(parityCount: 1 | 2): LevelRule {
  function firstParityMember(layout: GroupLayout, stripe: number): number {
    const width = layout.dataWidth + parityCount
    return width - 1 - (stripe % width)
  }

  return {
    minSections: parityCount + 2,
    sectionMultiple: 1,
    distinctDrives: true,
    parityCount,

    dataWidth: (sectionCount) => sectionCount - parityCount,
    redundancy: () => parityCount,
    survives: (layout, isLost) => layout.sections.filter((_, member) => isLost(member)).length <= parityCount,

    memberBlocks: smallestInChunks,
    stripeCount: chunksOfOne,

    memberOf(layout, groupBlock) {
      const stripe = Math.floor(groupBlock / layout.stripeBlocks)
      const chunk = Math.floor((groupBlock - stripe * layout.stripeBlocks) / layout.chunkBlocks)
      return (firstParityMember(layout, stripe) + parityCount + chunk) % (layout.dataWidth + parityCount)
    },

    memberBlockOf: (layout, groupBlock) =>
      Math.floor(groupBlock / layout.stripeBlocks) * layout.chunkBlocks + (groupBlock % layout.chunkBlocks),
    runBlocks: (layout, groupBlock) => layout.chunkBlocks - (groupBlock % layout.chunkBlocks),

    parityMembersOf(layout, stripe) {
      const first = firstParityMember(layout, stripe)
      return parityCount === 1 ? [first] : [first, (first + 1) % (layout.dataWidth + parityCount)]
    },

    copiesOf: (layout, groupBlock) => [layout.rule.memberOf(layout, groupBlock)],
    stripeMembers: everyMember,
    memberRun: oneChunkEach,

    occupant(layout, member, memberBlock) {
      const { chunkBlocks, stripeBlocks, dataWidth } = layout
      const stripe = Math.floor(memberBlock / chunkBlocks)
      const width = dataWidth + parityCount
      const behindParity = (member - firstParityMember(layout, stripe) + width) % width
      if (behindParity < parityCount) return { role: 'parity', groupBlock: stripe * stripeBlocks }
      const chunk = behindParity - parityCount
      return { role: 'data', groupBlock: stripe * stripeBlocks + chunk * chunkBlocks + (memberBlock % chunkBlocks) }
    },

    planWrite: planParityWrite,
    recover: recoverFromParity,
    isCheckable: (layout, presentCount) => presentCount > layout.dataWidth,
    corrections: parityCorrections,
  }
}
