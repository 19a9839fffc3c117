import { ChunkCursor } from '../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import type { GroupLayout, StripePart } from './levels/level'
import type { MemberIo, MemberRange, MemberWrite } from './member-io'
import { joined, type PlannedWrite, type PlanOutcome } from './write-plan'

/** For levels without copies and parity: there is no other source. */
export function recoverNothing(_layout: GroupLayout, _members: MemberIo, _range: MemberRange, done: (status: DriveStatus) => void): void {
  done('failed')
}

/** Without redundancy, nothing can disagree. */
export function noCorrections(): StripePart[] {
  return []
}

export function planPlainWrite(layout: GroupLayout, members: MemberIo, { runs }: PlannedWrite, done: (outcome: PlanOutcome) => void): void {
  const { rule } = layout
  const writes: MemberWrite[] = []
  for (const { firstBlock, blockCount, data } of runs) {
    const cursor = new ChunkCursor(data)
    const end = firstBlock + blockCount
    for (let block = firstBlock; block < end;) {
      const run = Math.min(rule.runBlocks(layout, block), end - block)
      const member = rule.memberOf(layout, block)
      writes.push({ member, memberBlock: rule.memberBlockOf(layout, block), from: cursor.take(run * BLOCK_BYTES) })
      block += run
    }
  }
  done({ status: 'good', plan: { writes: joined(writes, members.count), partials: [] } })
}
