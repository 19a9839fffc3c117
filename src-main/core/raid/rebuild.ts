import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './geometry'
import type { InterruptedRows } from './interrupted-rows'
import type { Members } from './members'
import { giveUpRow } from './lost-rows'
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
 * - `interrupted`: nor can one of an interrupted row. The write that was interrupted is tried again, and then the row is whole
 * - `drive-failed`: the drive does not take what is written to it, at least not now
 * - `stale-epoch`: a newer owner continues
 */
export type RebuildFault = 'source-lost' | 'interrupted' | 'drive-failed' | 'stale-epoch'

interface RebuildTerms extends GroupRebuild {
  readonly interrupted: InterruptedRows
  readonly lock: LockStripes
  /** Blocks of the group that are lost for good. */
  readonly lost: ((groupBlocks: readonly number[]) => void) | undefined
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
    rebuildStripe(layout, members, { member, stripe, claim, cause, interrupted, lost: io.lost }, (outcome) => {
      fault = outcome
      if (fault === undefined) members.noteRebuilt(member, stripe)
      then(fault === undefined)
    })
  }
  eachStripe(layout, { ...io, exclusive: true }, rebuildOne, () => done(fault))
}

/**
 * Computes what a member should have in one stripe, from the other members and the partial parity of interrupted rows, and writes
 * it there. The stripe must be locked exclusively. Rows that cannot be computed, because a sector of another drive cannot be read,
 * are given up one by one, and the rest of the stripe is rebuilt.
 */
function rebuildStripe(layout: GroupLayout, members: Members, job: StripeRebuild, done: (fault: RebuildFault | undefined) => void): void {
  const firstBlock = layout.rule.memberBlockOf(layout, job.stripe * layout.stripeBlocks)
  const hasInterrupted = job.interrupted.hasAny({ firstStripe: job.stripe, lastStripe: job.stripe })
  // The first rows last.
  const ranges = [{ memberBlock: firstBlock, blockCount: layout.chunkBlocks }]
  const next = (): void => {
    const range = ranges.pop()
    if (range === undefined) return done(undefined)
    const { memberBlock, blockCount } = range
    rebuildRows(layout, members, { ...job, ...range, hasInterrupted }, (outcome) => {
      if (outcome === 'good') next()
      else if (outcome !== 'medium-error') done(outcome)
      else if (hasInterrupted) done('interrupted')
      else if (blockCount > 1) {
        const half = blockCount >> 1
        ranges.push({ memberBlock: memberBlock + half, blockCount: blockCount - half }, { memberBlock, blockCount: half })
        next()
      } else giveUp(memberBlock)
    })
  }
  const giveUp = (memberBlock: number): void => {
    const { stripe, member, claim, cause } = job
    const given = (status: DriveStatus, lost: readonly number[]): void => {
      if (lost.length > 0) job.lost?.(lost)
      if (status === 'good') next()
      else if (status === 'no-space') done('drive-failed')
      else done(status === 'stale-epoch' ? 'stale-epoch' : 'source-lost')
    }
    members.whenSettled(() => giveUpRow(layout, members, { stripe, memberBlock, rebuilt: member, claim, cause }, given))
  }
  next()
}

type StripeRebuild = Pick<RebuildTerms, 'claim' | 'cause' | 'interrupted' | 'lost'> & { readonly member: number; readonly stripe: number }

/** `medium-error`: some of the rows cannot be computed. */
function rebuildRows(
  layout: GroupLayout,
  members: Members,
  rows: StripeRebuild & { readonly memberBlock: number; readonly blockCount: number; readonly hasInterrupted: boolean },
  done: (outcome: RebuildFault | 'good' | 'medium-error') => void,
): void {
  const { member, memberBlock, blockCount, claim, cause, interrupted, hasInterrupted } = rows
  const into = allocateBytes(blockCount * BLOCK_BYTES)
  const write = (recovered: DriveStatus): void => {
    if (recovered === 'medium-error') done('medium-error')
    else if (recovered !== 'good') done('source-lost')
    else members.write({ member, memberBlock, from: [into] }, claim, cause, (written) => done(WRITE_FAULTS[written] ?? 'good'))
  }
  const range = { member, memberBlock, into, cause }
  if (hasInterrupted) interrupted.read(members, range, write)
  else layout.rule.recover(layout, members, range, write)
}

const WRITE_FAULTS: Readonly<Record<DriveStatus, RebuildFault | undefined>> = {
  good: undefined,
  failed: 'drive-failed',
  'medium-error': 'drive-failed',
  'stale-epoch': 'stale-epoch',
  'no-space': 'drive-failed',
}
