import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { GroupLayout, StripePart } from './levels/level'
import { worse } from './member-io'
import type { Members } from './members'
import { eachStripe, type LockStripes } from './each-stripe'

/** Of a stripe, or some rows of it. `unreadable`: a part is missing, so it cannot be checked. */
type StripeVerdict = 'consistent' | 'inconsistent' | 'unreadable'

export interface GroupVerification {
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  readonly cause?: TraceId | undefined
}

/** Stripes by number. Consistent ones are not listed. One of which not all rows can be read may be listed twice. */
export interface VerificationReport {
  readonly inconsistent: readonly number[]
  readonly unreadable: readonly number[]
}

export function checkStripes(
  layout: GroupLayout,
  members: Members,
  io: GroupVerification & { readonly lock: LockStripes },
  done: (report: VerificationReport) => void,
): void {
  const report = { inconsistent: [] as number[], unreadable: [] as number[] }
  const checkOne = (stripe: number, then: (goesOn: boolean) => void): void => {
    checkStripe(layout, members, { stripe, cause: io.cause }, (verdicts) => {
      for (const verdict of verdicts) if (verdict !== 'consistent') report[verdict].push(stripe)
      then(true)
    })
  }
  eachStripe(layout, { ...io, exclusive: false }, checkOne, () => done(report))
}

interface StripeCheck {
  readonly stripe: number
  readonly cause: TraceId | undefined
}

/**
 * Reads all of a stripe and compares its copies, or its parity with its data. The stripe must be locked. Levels without
 * redundancy are consistent wherever they can be read. Members that are out are skipped; with as many of them out as it has
 * parity, a stripe cannot be checked.
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
    if (range === undefined) return done(verdicts)
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
  const { stripe, memberBlock, blockCount, cause } = check
  const parts = check.present.map((member): StripePart => ({ member, bytes: new Uint8Array(blockCount * BLOCK_BYTES) }))
  let waiting = parts.length
  let worst: DriveStatus = 'good'
  for (const { member, bytes } of parts) {
    members.read(member, memberBlock, bytes, cause, (status) => {
      members.noteFailure(member, status)
      worst = worse(worst, members.isGone(member) ? 'failed' : status)
      if (--waiting > 0) return
      if (worst === 'medium-error') done('medium-error')
      else if (worst !== 'good') done('unreadable')
      else done(layout.rule.corrections(layout, stripe, parts).length === 0 ? 'consistent' : 'inconsistent')
    })
  }
}
