import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './geometry'
import type { InterruptedRows } from './interrupted-rows'
import type { Members } from './members'
import { recoverMember } from './recovery'

export interface GroupRebuild {
  /** By index in the array; it must be on record as one that is being rebuilt. */
  readonly drive: number
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
}

/**
 * - `source-lost`: a part of a stripe can be had from no other drive
 * - `drive-failed`: the drive does not take what is written to it
 * - `stale-epoch`: a newer owner goes on
 */
export type RebuildFault = 'source-lost' | 'drive-failed' | 'stale-epoch'

/**
 * Works out what a member should have in one stripe, from all others and from what an interrupted update has said of its
 * rows, and writes it there. The stripe must be locked exclusively.
 */
export function rebuildStripe(
  layout: GroupLayout,
  members: Members,
  job: { readonly member: number; readonly stripe: number; readonly claim: WriteClaim; readonly cause: TraceId | undefined; readonly interrupted: InterruptedRows },
  done: (fault: RebuildFault | undefined) => void,
): void {
  const { member, stripe, claim, cause, interrupted } = job
  const memberBlock = layout.rule.memberBlockOf(layout, stripe * layout.stripeBlocks)
  const into = allocateBytes(layout.chunkBlocks * BLOCK_BYTES)
  const write = (recovered: DriveStatus): void => {
    if (recovered !== 'good') done('source-lost')
    else members.write({ member, memberBlock, from: [into] }, claim, cause, (written) => done(WRITE_FAULTS[written]))
  }
  const range = { member, memberBlock, into, cause }
  if (interrupted.hasAny({ firstStripe: stripe, lastStripe: stripe })) interrupted.read(members, range, write)
  else recoverMember(layout, members, { range, status: 'medium-error' }, write)
}

const WRITE_FAULTS: Readonly<Record<DriveStatus, RebuildFault | undefined>> = {
  good: undefined,
  failed: 'drive-failed',
  'medium-error': 'drive-failed',
  'stale-epoch': 'stale-epoch',
}
