import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout, StripePart } from './levels/level'
import type { Members } from './members'
import { eachStripe, type LockStripes } from './each-stripe'

/** `unreadable`: a part is missing, so the stripe cannot be checked. `repaired`: it was inconsistent and is corrected. */
type StripeVerdict = 'consistent' | 'inconsistent' | 'repaired' | 'unreadable' | 'stale-epoch'

export interface GroupVerification {
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  /** Makes copies and parity agree with the data, under this claim. */
  readonly repair?: WriteClaim | undefined
  readonly cause?: TraceId | undefined
}

/** Stripes by number. Consistent ones are not listed. */
export interface VerificationReport {
  readonly inconsistent: readonly number[]
  readonly repaired: readonly number[]
  readonly unreadable: readonly number[]
}

/** Checks stripes. Undefined if a repair was refused, because a newer owner continues. */
export function checkStripes(
  layout: GroupLayout,
  members: Members,
  io: GroupVerification & { readonly lock: LockStripes },
  done: (report: VerificationReport | undefined) => void,
): void {
  const { repair, cause } = io
  const report = { inconsistent: [] as number[], repaired: [] as number[], unreadable: [] as number[] }
  let isStale = false
  const checkOne = (stripe: number, then: (goesOn: boolean) => void): void => {
    checkStripe(layout, members, { stripe, cause, repair }, (verdict) => {
      isStale = verdict === 'stale-epoch'
      if (verdict !== 'consistent' && verdict !== 'stale-epoch') report[verdict].push(stripe)
      then(!isStale)
    })
  }
  eachStripe(layout, { ...io, exclusive: repair !== undefined }, checkOne, () => done(isStale ? undefined : report))
}

/**
 * Reads all of a stripe and compares its copies, or its parity with its data. With `repair`, copies are made equal to the one
 * that is normally read, and parity is recomputed from the data. The stripe must be locked, for repair exclusively. Levels
 * without redundancy are consistent wherever they can be read. Members that are out are skipped; with as many of them out as it
 * has parity, a stripe cannot be checked.
 */
function checkStripe(
  layout: GroupLayout,
  members: Members,
  job: { readonly stripe: number; readonly cause: TraceId | undefined; readonly repair: WriteClaim | undefined },
  done: (verdict: StripeVerdict) => void,
): void {
  const { chunkBlocks, rule } = layout
  const memberBlock = rule.memberBlockOf(layout, job.stripe * layout.stripeBlocks)
  const present = rule.stripeMembers(layout, job.stripe).filter((member) => !members.isOut(member, memberBlock))
  if (!rule.isCheckable(layout, present.length)) {
    members.refuse(present[0]!, job.cause, () => done('unreadable'))
    return
  }
  const parts = present.map((member): StripePart => ({ member, bytes: new Uint8Array(chunkBlocks * BLOCK_BYTES) }))
  let waiting = parts.length
  let readable = true
  for (const { member, bytes } of parts) {
    members.read(member, memberBlock, bytes, job.cause, (status) => {
      members.noteFailure(member, status)
      readable &&= status === 'good' && !members.isGone(member)
      if (--waiting > 0) return
      const corrections = readable ? rule.corrections(layout, job.stripe, parts) : []
      if (!readable) done('unreadable')
      else if (corrections.length === 0) done('consistent')
      else if (job.repair === undefined) done('inconsistent')
      else writeAll(members, corrections, { memberBlock, claim: job.repair, cause: job.cause }, (written) => done(REPAIR_VERDICTS[written]))
    })
  }
}

const REPAIR_VERDICTS: Readonly<Record<DriveStatus, StripeVerdict>> = {
  good: 'repaired',
  'medium-error': 'inconsistent',
  failed: 'inconsistent',
  'stale-epoch': 'stale-epoch',
}

function writeAll(
  members: Members,
  corrections: readonly StripePart[],
  to: { readonly memberBlock: number; readonly claim: WriteClaim; readonly cause: TraceId | undefined },
  done: (status: DriveStatus) => void,
): void {
  let waiting = corrections.length
  let worst: DriveStatus = 'good'
  for (const { member, bytes } of corrections) {
    members.write({ member, memberBlock: to.memberBlock, from: [bytes] }, to.claim, to.cause, (status) => {
      if (status !== 'good' && worst !== 'stale-epoch') worst = status
      if (--waiting === 0) done(worst)
    })
  }
}
