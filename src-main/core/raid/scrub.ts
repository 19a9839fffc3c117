import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout, StripePart } from './levels/level'
import { worse } from './member-io'
import type { Members } from './members'
import { eachStripe, type LockStripes } from './each-stripe'

/** Of a stripe, or some rows of it. `unreadable`: a part is missing, so it cannot be checked. `repaired`: it was inconsistent. */
type StripeVerdict = 'consistent' | 'inconsistent' | 'repaired' | 'unreadable' | RepairFault

/** A newer owner continues, or there is no room for a repair now. */
type RepairFault = 'stale-epoch' | 'no-space'

export interface GroupVerification {
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  /** Makes copies and parity agree with the data, under this claim. */
  readonly repair?: WriteClaim | undefined
  readonly cause?: TraceId | undefined
}

/** Stripes by number. Consistent ones are not listed. One of which not all rows can be read may be listed twice. */
export interface VerificationReport {
  readonly inconsistent: readonly number[]
  readonly repaired: readonly number[]
  readonly unreadable: readonly number[]
}

/** Checks stripes, until a repair meets a fault. */
export function checkStripes(
  layout: GroupLayout,
  members: Members,
  io: GroupVerification & { readonly lock: LockStripes },
  done: (report: VerificationReport | RepairFault) => void,
): void {
  const { repair, cause } = io
  const report = { inconsistent: [] as number[], repaired: [] as number[], unreadable: [] as number[] }
  let fault: RepairFault | undefined
  const checkOne = (stripe: number, then: (goesOn: boolean) => void): void => {
    checkStripe(layout, members, { stripe, cause, repair }, (verdicts) => {
      fault = REPAIR_FAULTS.find((one) => verdicts.has(one))
      for (const verdict of verdicts) if (verdict !== 'consistent' && !isFault(verdict)) report[verdict].push(stripe)
      then(fault === undefined)
    })
  }
  eachStripe(layout, { ...io, exclusive: repair !== undefined }, checkOne, () => done(fault ?? report))
}

const REPAIR_FAULTS: readonly RepairFault[] = ['stale-epoch', 'no-space']

function isFault(verdict: StripeVerdict): verdict is RepairFault {
  return verdict === 'stale-epoch' || verdict === 'no-space'
}

interface StripeCheck {
  readonly stripe: number
  readonly cause: TraceId | undefined
  readonly repair: WriteClaim | undefined
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
  check: StripeCheck,
  done: (verdicts: ReadonlySet<StripeVerdict>) => void,
): void {
  const { chunkBlocks, rule } = layout
  const memberBlock = rule.memberBlockOf(layout, check.stripe * layout.stripeBlocks)
  const present = rule.stripeMembers(layout, check.stripe).filter((member) => !members.isOut(member, memberBlock))
  if (!rule.isCheckable(layout, present.length)) {
    members.refuse(present[0]!, check.cause, () => done(new Set(['unreadable'])))
    return
  }
  const verdicts = new Set<StripeVerdict>()
  // Rows that are still to be checked, the first ones last. A sector that cannot be read must not hide the other rows of its
  // stripe, so a range with one is halved until the row stands alone.
  const ranges = [{ memberBlock, blockCount: chunkBlocks }]
  const next = (): void => {
    const range = ranges.pop()
    if (range === undefined || [...verdicts].some(isFault)) return done(verdicts)
    checkRows(layout, members, { ...check, ...range, present }, (verdict) => {
      if (verdict === 'medium-error' && range.blockCount > 1) {
        const half = range.blockCount >> 1
        ranges.push({ memberBlock: range.memberBlock + half, blockCount: range.blockCount - half })
        ranges.push({ memberBlock: range.memberBlock, blockCount: half })
      } else verdicts.add(verdict === 'medium-error' ? 'unreadable' : verdict)
      next()
    })
  }
  next()
}

function checkRows(
  layout: GroupLayout,
  members: Members,
  check: StripeCheck & { readonly memberBlock: number; readonly blockCount: number; readonly present: readonly number[] },
  done: (verdict: StripeVerdict | 'medium-error') => void,
): void {
  const { stripe, memberBlock, blockCount, cause, repair } = check
  const parts = check.present.map((member): StripePart => ({ member, bytes: new Uint8Array(blockCount * BLOCK_BYTES) }))
  let waiting = parts.length
  let worst: DriveStatus = 'good'
  for (const { member, bytes } of parts) {
    members.read(member, memberBlock, bytes, cause, (status) => {
      members.noteFailure(member, status)
      worst = worse(worst, members.isGone(member) ? 'failed' : status)
      if (--waiting > 0) return
      const corrections = worst === 'good' ? layout.rule.corrections(layout, stripe, parts) : []
      if (worst === 'medium-error') done('medium-error')
      else if (worst !== 'good') done('unreadable')
      else if (corrections.length === 0) done('consistent')
      else if (repair === undefined) done('inconsistent')
      else writeAll(members, corrections, { memberBlock, claim: repair, cause }, (written) => done(REPAIR_VERDICTS[written]))
    })
  }
}

const REPAIR_VERDICTS: Readonly<Record<DriveStatus, StripeVerdict>> = {
  good: 'repaired',
  'medium-error': 'inconsistent',
  failed: 'inconsistent',
  'stale-epoch': 'stale-epoch',
  'no-space': 'no-space',
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
