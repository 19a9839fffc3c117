import { equalBytes } from '../../base/bytes'
import { ChunkCursor } from '../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import type { GroupLayout, StripePart } from './levels/level'
import { worse, type MemberIo, type MemberRange, type MemberWrite } from './member-io'
import { joined, type PlannedWrite, type PlanOutcome } from './write-plan'

/**
 * How many consecutive stripes are read from one copy before the next copy takes its turn. The choice depends on position, not
 * load: normally a block always comes from the same copy. So copies that a crash left different, after a write that was never
 * acknowledged, do not make a block change back and forth.
 */
export const CHUNKS_PER_TURN = 8

/**
 * For levels with copies: plans every run for all members that hold it. A copy that is being rebuilt is written everywhere; the
 * rebuild overwrites what it has yet to reach.
 */
export function planCopies(layout: GroupLayout, members: MemberIo, { runs }: PlannedWrite, done: (outcome: PlanOutcome) => void): void {
  const { rule } = layout
  const writes: MemberWrite[] = []
  for (const { firstBlock, blockCount, data } of runs) {
    const cursor = new ChunkCursor(data)
    const end = firstBlock + blockCount
    for (let block = firstBlock; block < end;) {
      const run = Math.min(rule.runBlocks(layout, block), end - block)
      const from = cursor.take(run * BLOCK_BYTES)
      const memberBlock = rule.memberBlockOf(layout, block)
      for (const member of rule.copiesOf(layout, block)) if (!members.isGone(member)) writes.push({ member, memberBlock, from: [...from] })
      block += run
    }
  }
  done({ status: 'good', plan: { writes: joined(writes, members.count), partials: [] } })
}

/** Tries the other copies one at a time until one can be read. */
export function readCopy(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void {
  const { member, memberBlock, into, cause } = range
  const copies = layout.rule.copiesOf(layout, layout.rule.occupant(layout, member, memberBlock).groupBlock)
  let outcome: DriveStatus = 'failed'
  const tryFrom = (first: number, isAsked: boolean): void => {
    for (let index = first; index < copies.length; index++) {
      const copy = copies[index]!
      if (copy === member || members.isOut(copy, memberBlock, into.length / BLOCK_BYTES)) continue
      members.read(copy, memberBlock, into, cause, (status) => {
        members.noteFailure(copy, status)
        if (status === 'good') {
          done('good')
          return
        }
        outcome = worse(outcome, status)
        tryFrom(index + 1, true)
      })
      return
    }
    if (isAsked) done(outcome)
    else members.refuse(member, cause, () => done(outcome))
  }
  tryFrom(0, false)
}

/** Makes copies equal to the one that is normally read, or to the first that is present. */
export function copyCorrections(layout: GroupLayout, stripe: number, parts: readonly StripePart[]): StripePart[] {
  const { rule, chunkBlocks, stripeBlocks, dataWidth } = layout
  const corrections: StripePart[] = []
  for (let chunk = 0; chunk < dataWidth; chunk++) {
    const groupBlock = stripe * stripeBlocks + chunk * chunkBlocks
    const copies = parts.filter(({ member }) => rule.copiesOf(layout, groupBlock).includes(member))
    const right = copies.find(({ member }) => member === rule.memberOf(layout, groupBlock)) ?? copies[0]
    if (right === undefined) continue
    for (const { member, bytes } of copies) if (!equalBytes(bytes, right.bytes)) corrections.push({ member, bytes: right.bytes })
  }
  return corrections
}
