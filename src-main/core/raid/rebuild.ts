import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './geometry'
import type { InterruptedRows } from './interrupted-rows'
import type { Members } from './members'
import { recoverMember } from './recovery'
import { eachStripe, type LockStripes } from './each-stripe'

export interface GroupRebuild {
  /** The index of the drive in the array. The array state must say that it is being rebuilt. */
  readonly drive: number
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
}

/**
 * - `source-lost`: no other drive can give a part of a stripe
 * - `drive-failed`: the drive does not take what is written to it
 * - `stale-epoch`: a newer owner continues
 */
export type RebuildFault = 'source-lost' | 'drive-failed' | 'stale-epoch'

interface RebuildTerms extends GroupRebuild {
  readonly interrupted: InterruptedRows
  readonly lock: LockStripes
}

/** Rebuilds stripes of a member until all are done or one fails. */
export function rebuildStripes(
  layout: GroupLayout,
  members: Members,
  io: RebuildTerms,
  done: (fault: RebuildFault | undefined) => void,
): void {
  const { drive, claim, cause, interrupted } = io
  const member = members.memberOfDrive(drive)
  let fault: RebuildFault | undefined
  const rebuildOne = (stripe: number, then: (goesOn: boolean) => void): void => {
    rebuildStripe(layout, members, { member, stripe, claim, cause, interrupted }, (outcome) => {
      fault = outcome
      if (fault === undefined) members.noteRebuilt(member, stripe)
      then(fault === undefined)
    })
  }
  eachStripe(layout, { ...io, exclusive: true }, rebuildOne, () => done(fault))
}

/**
 * Computes what a member should have in one stripe, from the other members and the partial parity of interrupted rows, and writes
 * it there. The stripe must be locked exclusively.
 */
function rebuildStripe(
  layout: GroupLayout,
  members: Members,
  job: Pick<RebuildTerms, 'claim' | 'cause' | 'interrupted'> & { readonly member: number; readonly stripe: number },
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
