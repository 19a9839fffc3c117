import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { MemberRange, MemberWrite } from './member-io'

/** New data for blocks of the group that lie one behind the other. */
export interface WriteRun {
  readonly firstBlock: number
  readonly blockCount: number
  /** Cut anywhere. */
  readonly data: readonly Uint8Array[]
}

/** What a level plans a write of. */
export interface PlannedWrite {
  /** In ascending order, none empty, apart from each other. */
  readonly runs: readonly WriteRun[]
  readonly cause: TraceId | undefined
  /** Old parity says nothing: it is made of data alone. */
  readonly makeParityAnew: boolean
  /** Reads what a member has in one stripe, or should have. */
  readonly readOld: (range: MemberRange, done: (status: DriveStatus) => void) => void
}

/**
 * What the update of one stripe with parity is about to write, and the parity of what it leaves as it is. The form of `data`
 * is told in `partial-parity`.
 */
export interface PartialParity {
  /** Of the group: from the first block that is written to the last. They are in one stripe. */
  readonly firstBlock: number
  readonly blockCount: number
  /** `data` begins with an index: not all of the range is written, or not all parity is there. It belongs to the record. */
  readonly hasIndex?: boolean | undefined
  /** Whole blocks. */
  readonly data: Uint8Array
}

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

/** Writes that lie one behind the other on a member become one. */
export function joined(writes: readonly MemberWrite[], memberCount: number): MemberWrite[] {
  const joinedWrites: MemberWrite[] = []
  const lastOf = new Array<{ write: MemberWrite; endBlock: number } | undefined>(memberCount).fill(undefined)
  for (const write of writes) {
    const last = lastOf[write.member]
    const endBlock = write.memberBlock + blocksOf(write.from)
    if (last !== undefined && last.endBlock === write.memberBlock && last.write.parts === undefined && write.parts === undefined) {
      last.write.from.push(...write.from)
      last.endBlock = endBlock
    } else {
      joinedWrites.push(write)
      lastOf[write.member] = { write, endBlock }
    }
  }
  return joinedWrites
}

export function blocksOf(chunks: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of chunks) bytes += chunk.length
  return bytes / BLOCK_BYTES
}
