import { equalBytes } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './geometry'
import type { Members } from './members'
import { xorInto } from './parity'

/** `unreadable`: a member did not give its part, so nothing can be said. `repaired`: was inconsistent, and is not any more. */
export type StripeVerdict = 'consistent' | 'inconsistent' | 'repaired' | 'unreadable' | 'stale-epoch'

export interface GroupVerification {
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  /** Makes copies and parity agree with the data, under this claim. */
  readonly repair?: WriteClaim | undefined
  readonly cause?: TraceId | undefined
}

/** Stripes by number. Those that agree are not listed. */
export interface VerificationReport {
  readonly inconsistent: readonly number[]
  readonly repaired: readonly number[]
  readonly unreadable: readonly number[]
}

interface Part {
  readonly member: number
  readonly bytes: Uint8Array
}

/**
 * Reads all of a stripe and compares its copies, or its parity with its data. With `repair` the copies are made equal to
 * the one that is read while all is well, and parity is made anew: data wins. The stripe must be locked, for repair
 * exclusively. Levels without redundancy are consistent wherever they can be read. Copies that are out are not looked at;
 * without one of its members a stripe with parity has nothing to be held against.
 */
export function checkStripe(
  layout: GroupLayout,
  members: Members,
  job: { readonly stripe: number; readonly cause: TraceId | undefined; readonly repair: WriteClaim | undefined },
  done: (verdict: StripeVerdict) => void,
): void {
  const { chunkBlocks, rule } = layout
  const firstGroupBlock = job.stripe * layout.stripeBlocks
  const memberBlock = rule.memberBlockOf(layout, firstGroupBlock)
  const present = partsOf(layout, firstGroupBlock).filter((member) => !members.isOut(member, memberBlock))
  if (layout.level === 'raid5' && present.length < members.count) {
    members.refuse(present[0]!, job.cause, () => done('unreadable'))
    return
  }
  const parts = present.map((member): Part => ({ member, bytes: new Uint8Array(chunkBlocks * BLOCK_BYTES) }))
  let waiting = parts.length
  let readable = true
  for (const { member, bytes } of parts) {
    members.read(member, memberBlock, bytes, job.cause, (status) => {
      members.noteFailure(member, status)
      readable &&= status === 'good' && !members.isGone(member)
      if (--waiting > 0) return
      const corrections = readable ? correctionsOf(layout, job.stripe, parts) : []
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

/** The members that have a part of a stripe. */
function partsOf(layout: GroupLayout, firstGroupBlock: number): number[] {
  if (layout.level === 'linear') return [layout.rule.memberOf(layout, firstGroupBlock)]
  return layout.sections.map((_, member) => member)
}

/** What should stand where something else does. */
function correctionsOf(layout: GroupLayout, stripe: number, parts: readonly Part[]): Part[] {
  if (layout.redundancy === 0) return []
  const parityMember = layout.rule.parityMembersOf(layout, stripe)[0] ?? -1
  const readMember = layout.rule.memberOf(layout, stripe * layout.stripeBlocks)
  const right = parityMember < 0 ? (parts.find(({ member }) => member === readMember) ?? parts[0]!).bytes : parityOf(parts, parityMember)
  const held = parityMember < 0 ? parts : [parts[parityMember]!]
  return held.filter((part) => !equalBytes(part.bytes, right)).map((part) => ({ member: part.member, bytes: right }))
}

function parityOf(parts: readonly Part[], parityMember: number): Uint8Array {
  const parity = new Uint8Array(parts[parityMember]!.bytes.length)
  for (const part of parts) if (part.member !== parityMember) xorInto(parity, 0, part.bytes)
  return parity
}

function writeAll(
  members: Members,
  corrections: readonly Part[],
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
