import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { GroupLayout } from './levels/level'
import type { InterruptedRows } from './interrupted-rows'
import type { Members } from './members'
import { worse } from './member-io'
import { readMember } from './recovery'

/** A range of the group, to be read into a buffer of its length. The stripes must be locked. */
export interface GroupRange {
  /** A group block. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly into: Uint8Array
  readonly cause: TraceId | undefined
  /** Rows whose parity cannot be trusted. */
  readonly interrupted: InterruptedRows
}

/** Reads every run of a range, all at the same time; the worst status counts. */
export function readRuns(layout: GroupLayout, members: Members, range: GroupRange, done: (status: DriveStatus) => void): void {
  const { firstBlock, into, cause, interrupted } = range
  const end = firstBlock + range.blockCount
  // One more than the runs, so that a drive that answers at once does not end it early.
  let waiting = 1
  let outcome: DriveStatus = 'good'
  const finish = (status: DriveStatus): void => {
    outcome = worse(outcome, status)
    if (--waiting === 0) done(outcome)
  }
  for (let block = firstBlock; block < end;) {
    const run = Math.min(layout.rule.runBlocks(layout, block), end - block)
    const part = into.subarray((block - firstBlock) * BLOCK_BYTES, (block - firstBlock + run) * BLOCK_BYTES)
    const member = layout.rule.memberOf(layout, block)
    waiting++
    const memberRange = { member, memberBlock: layout.rule.memberBlockOf(layout, block), into: part, cause }
    if (interrupted.isEmpty) readMember(layout, members, memberRange, finish)
    else interrupted.read(members, memberRange, finish)
    block += run
  }
  finish('good')
}
