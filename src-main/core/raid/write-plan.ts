import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { ChunkCursor } from '../../base/chunk-cursor'
import type { GroupLayout } from './geometry'
import type { Members, MemberWrite } from './members'
import type { InterruptedRows } from './interrupted-rows'
import { ParityUpdate } from './parity-update'
import type { PartialParity } from './partial-parity'
import { worse } from './recovery'

/**
 * A write in two steps: first every write to every drive is planned, with all reads that parity needs; then the plan is
 * carried out. Between the two, a log can be told what is about to change.
 *
 * A plan is carried out all at once, in the order in which it was made (by stripe: data in ascending order, then parity;
 * copies by member), and the drives may complete it in any order. A crash in between leaves stripes in which some of the
 * writes are done: never an acknowledged one, but its parity or copies may not agree with its data.
 */
export interface WritePlan {
  readonly writes: readonly MemberWrite[]
  /** One for each stripe whose parity changes: has to be safe elsewhere before the first of them is issued. */
  readonly partials: readonly PartialParity[]
}

export type PlanOutcome = { readonly status: 'good'; readonly plan: WritePlan } | { readonly status: Exclude<DriveStatus, 'good'> }

export interface PlannedRange {
  readonly firstBlock: number
  readonly blockCount: number
  readonly data: readonly Uint8Array[]
  readonly cause: TraceId | undefined
  readonly makeParityAnew: boolean
  readonly interrupted: InterruptedRows
}

/** Members that are out are left out of the plan. What is read for it may find that more of them are. */
export function planWrite(layout: GroupLayout, members: Members, range: PlannedRange, done: (outcome: PlanOutcome) => void): void {
  if (layout.level === 'raid5') planParityWrite(layout, members, range, done)
  else if (layout.level === 'raid1') done({ status: 'good', plan: { writes: copiesOf(members, range), partials: [] } })
  else planRuns(layout, range, done)
}

export interface CarriedOut {
  /** The worst of all writes but those of `missed`. */
  readonly status: DriveStatus
  /** Members that were given up on the way. The group can do without what they were to get, once they are on record. */
  readonly missed: readonly number[]
}

/** Issues all writes of a plan. A drive that fails now does not hold back the others: what remains stays consistent. */
export function carryOut(members: Members, plan: WritePlan, claim: WriteClaim, cause: TraceId | undefined, done: (outcome: CarriedOut) => void): void {
  let waiting = plan.writes.length
  let worst: DriveStatus = 'good'
  const missed: number[] = []
  for (const write of plan.writes) {
    members.write(write, claim, cause, (status) => {
      if (status === 'failed' && members.isGone(write.member)) missed.push(write.member)
      else worst = worse(worst, status)
      if (--waiting === 0) done({ status: worst, missed })
    })
  }
}

function planRuns(layout: GroupLayout, range: PlannedRange, done: (outcome: PlanOutcome) => void): void {
  const { rule } = layout
  const cursor = new ChunkCursor(range.data)
  const writes: MemberWrite[] = []
  const end = range.firstBlock + range.blockCount
  for (let block = range.firstBlock; block < end; ) {
    const run = Math.min(rule.runBlocks(layout, block), end - block)
    writes.push({ member: rule.memberOf(layout, block), memberBlock: rule.memberBlockOf(layout, block), from: cursor.take(run * BLOCK_BYTES) })
    block += run
  }
  done({ status: 'good', plan: { writes: joined(writes, layout.sections.length), partials: [] } })
}

/** A copy that is being rebuilt is written wherever that has come to: what is before it is written again. */
function copiesOf(members: Members, range: PlannedRange): MemberWrite[] {
  const writes: MemberWrite[] = []
  for (let member = 0; member < members.count; member++) {
    if (!members.isGone(member)) writes.push({ member, memberBlock: range.firstBlock, from: [...range.data] })
  }
  return writes
}

function planParityWrite(layout: GroupLayout, members: Members, range: PlannedRange, done: (outcome: PlanOutcome) => void): void {
  const updates = updatesOf(layout, members, range)
  // One list for each stripe, so that the plan is in the order of the stripes whichever is ready first.
  const plans = updates.map(() => ({ writes: [] as MemberWrite[], partials: [] as PartialParity[] }))
  let waiting = updates.length
  let outcome: DriveStatus = 'good'
  const prepared = (status: DriveStatus): void => {
    outcome = worse(outcome, status)
    if (--waiting > 0) return
    if (outcome === 'good') done({ status: 'good', plan: { writes: joined(plans.flatMap(({ writes }) => writes), members.count), partials: plans.flatMap(({ partials }) => partials) } })
    else done({ status: outcome })
  }
  updates.forEach((update, index) => update.prepare(plans[index]!, range, prepared))
}

function updatesOf(layout: GroupLayout, members: Members, range: PlannedRange): ParityUpdate[] {
  const cursor = new ChunkCursor(range.data)
  const updates: ParityUpdate[] = []
  const end = range.firstBlock + range.blockCount
  for (let block = range.firstBlock; block < end; ) {
    const blockCount = Math.min(layout.stripeBlocks - (block % layout.stripeBlocks), end - block)
    updates.push(new ParityUpdate(layout, members, { firstBlock: block, blockCount, data: cursor }))
    block += blockCount
  }
  return updates
}

/** Writes that lie one behind the other on a member become one. */
function joined(writes: readonly MemberWrite[], memberCount: number): MemberWrite[] {
  const joinedWrites: MemberWrite[] = []
  const lastOf = new Array<{ write: MemberWrite; endBlock: number } | undefined>(memberCount).fill(undefined)
  for (const write of writes) {
    const last = lastOf[write.member]
    const endBlock = write.memberBlock + blocksOf(write.from)
    if (last !== undefined && last.endBlock === write.memberBlock) {
      last.write.from.push(...write.from)
      last.endBlock = endBlock
    } else {
      joinedWrites.push(write)
      lastOf[write.member] = { write, endBlock }
    }
  }
  return joinedWrites
}

function blocksOf(chunks: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of chunks) bytes += chunk.length
  return bytes / BLOCK_BYTES
}
