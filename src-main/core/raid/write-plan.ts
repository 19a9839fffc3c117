import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { MemberRange, MemberWrite } from './member-io'

/** New data for contiguous blocks of the group. */
export interface WriteRun {
  readonly firstBlock: number
  readonly blockCount: number
  /** Cut anywhere. */
  readonly data: readonly Uint8Array[]
}

/** The write that a level plans. */
export interface PlannedWrite {
  /** In ascending order, not empty, and without overlaps. */
  readonly runs: readonly WriteRun[]
  readonly cause: TraceId | undefined
  /** Old parity cannot be trusted, so parity is computed from data alone. */
  readonly recomputeParity: boolean
  /** Reads, or recovers, what a member has in one stripe. */
  readonly readOld: (range: MemberRange, done: (status: DriveStatus) => void) => void
}

/**
 * What the update of one stripe with parity is about to write, and the parity of the blocks that it leaves alone.
 * `partial-parity` describes the form of `data`.
 */
export interface PartialParity {
  /** Group blocks from the first to the last that is written, all in one stripe. */
  readonly firstBlock: number
  readonly blockCount: number
  /** `data` begins with an index: not all of the range is written, or not all parity is there. It belongs to the record. */
  readonly hasIndex?: boolean | undefined
  /** Whole blocks. */
  readonly data: Uint8Array
}

/**
 * A write has two steps: first every drive write is planned, with all reads that parity needs; then the plan is carried out. In
 * between, partial parity can be logged.
 *
 * All writes of a plan are issued at once, in its order (by stripe: data in ascending order, then parity; copies by member), and
 * the drives may complete them in any order. A crash in between leaves interrupted stripes: the write was never reported as done,
 * but parity or copies may not agree with the data.
 */
export interface WritePlan {
  readonly writes: readonly MemberWrite[]
  /** One for each stripe whose parity changes. It must be logged before the first write is issued. */
  readonly partials: readonly PartialParity[]
}

export type PlanOutcome = { readonly status: 'good'; readonly plan: WritePlan } | { readonly status: Exclude<DriveStatus, 'good'> }

/** Joins writes that are contiguous on a member. */
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
