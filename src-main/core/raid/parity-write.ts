import { ChunkCursor } from '../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import type { BlockRun, GroupLayout } from './levels/level'
import { worse, type MemberIo } from './member-io'
import type { Piece } from './parity-reads'
import { ParityUpdate, type StripePlan } from './parity-update'
import { joined, type PlannedWrite, type PlanOutcome } from './write-plan'

/** For levels with parity: every stripe is one update. */
export function planParityWrite(layout: GroupLayout, members: MemberIo, write: PlannedWrite, done: (outcome: PlanOutcome) => void): void {
  const updates = updatesOf(layout, members, write)
  // One list for each stripe keeps the plan in stripe order, whichever is ready first.
  const plans = updates.map((): StripePlan => ({ writes: [], partials: [] }))
  let waiting = updates.length
  let outcome: DriveStatus = 'good'
  const prepared = (status: DriveStatus): void => {
    outcome = worse(outcome, status)
    if (--waiting > 0) return
    if (outcome !== 'good') {
      done({ status: outcome })
      return
    }
    const writes = joined(
      plans.flatMap((plan) => plan.writes),
      members.count,
    )
    done({ status: 'good', plan: { writes, partials: plans.flatMap(({ partials }) => partials) } })
  }
  updates.forEach((update, index) => update.prepare(plans[index]!, write, prepared))
}

/** Cuts the runs by stripe, and within each stripe by chunk. */
function updatesOf(layout: GroupLayout, members: MemberIo, { runs }: PlannedWrite): ParityUpdate[] {
  const { chunkBlocks, stripeBlocks } = layout
  const stripes: { readonly stripe: number; readonly runs: BlockRun[]; readonly pieces: Piece[] }[] = []
  for (const { firstBlock, blockCount, data } of runs) {
    const cursor = new ChunkCursor(data)
    const end = firstBlock + blockCount
    for (let block = firstBlock; block < end;) {
      const stripe = Math.floor(block / stripeBlocks)
      const stripeEnd = Math.min((stripe + 1) * stripeBlocks, end)
      let last = stripes.at(-1)
      if (last?.stripe !== stripe) stripes.push((last = { stripe, runs: [], pieces: [] }))
      last.runs.push({ firstBlock: block, blockCount: stripeEnd - block })
      while (block < stripeEnd) {
        const offset = block % chunkBlocks
        const length = Math.min(chunkBlocks - offset, stripeEnd - block)
        const chunk = Math.floor((block - stripe * stripeBlocks) / chunkBlocks)
        last.pieces.push({ chunk, offset, endOffset: offset + length, data: cursor.take(length * BLOCK_BYTES) })
        block += length
      }
    }
  }
  return stripes.map((part) => new ParityUpdate(layout, members, part))
}
