import { equalBytes } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { eachStripe, type LockStripes } from './each-stripe'
import { membersInReach } from './intent-sectors'
import type { InterruptedRows } from './interrupted-rows'
import { dataMemberOf, type GroupLayout } from './levels/level'
import { lostBlock } from './lost-block'
import type { Members } from './members'
import { addData, makeParity, solve } from './parity-code'
import { writeRowParts } from './row-writes'

export interface DoubtfulStripes {
  /** Inside the group; `stripeCount` is at least 1. */
  readonly firstStripe: number
  readonly stripeCount: number
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
}

export interface SettleTerms {
  readonly lock: LockStripes
  readonly interrupted: Pick<InterruptedRows, 'forgetStripes'>
  readonly lost: ((groupBlocks: readonly number[]) => void) | undefined
}

/** What came of a stripe. `lost` are blocks of the group. */
interface SettledStripe {
  readonly status: DriveStatus
  readonly isCorrected: boolean
  readonly lost: readonly number[]
}

interface Rows {
  readonly stripe: number
  readonly memberBlock: number
  readonly blockCount: number
  readonly claim: WriteClaim
  readonly cause: TraceId | undefined
}

/** The parts of some rows, by member. A part that is not there cannot be read, or its member is out. */
type Parts = Map<number, Uint8Array>

/** Settles stripes one after the other, while other I/O goes on. A drive that fails meanwhile is waited for. */
export function settleStripes(
  layout: GroupLayout,
  members: Members,
  io: DoubtfulStripes & SettleTerms,
  done: (outcome: { readonly status: DriveStatus; readonly corrected: number }) => void,
): void {
  const { claim, cause, interrupted, lost } = io
  let status: DriveStatus = 'good'
  let corrected = 0
  const settleOne = (stripe: number, then: (goesOn: boolean) => void, attempts = members.count): void => {
    members.whenSettled(() => {
      const asked = membersInReach(members)
      settleStripe(layout, members, { stripe, claim, cause }, (settled) => {
        if (settled.lost.length > 0) lost?.(settled.lost)
        const wasDropped = settled.status === 'failed' && asked.some((member) => members.isGone(member))
        if (wasDropped && attempts > 0) return settleOne(stripe, then, attempts - 1)
        status = settled.status
        if (status === 'good') interrupted.forgetStripes({ firstStripe: stripe, lastStripe: stripe })
        if (settled.isCorrected) corrected++
        then(status === 'good')
      })
    })
  }
  eachStripe(layout, { ...io, exclusive: true }, settleOne, () => done({ status, corrected }))
}

/**
 * Makes copies and parity of a stripe agree with the data that can be read, because nobody knows whether they do. What can only be
 * computed from them is given up: it would be made up. Those blocks become lost blocks (`lost-block`), and the stripe is redundant
 * again. The stripe must be locked exclusively, and no drive may be suspected.
 */
function settleStripe(
  layout: GroupLayout,
  members: Members,
  io: { readonly stripe: number; readonly claim: WriteClaim; readonly cause: TraceId | undefined },
  done: (settled: SettledStripe) => void,
): void {
  const { chunkBlocks, rule, stripeBlocks } = layout
  const lost: number[] = []
  let isCorrected = false
  // The first rows last. A sector that cannot be read must cost its own row only, so a range with one is halved.
  const ranges = [{ memberBlock: rule.memberBlockOf(layout, io.stripe * stripeBlocks), blockCount: chunkBlocks }]
  const next = (): void => {
    const range = ranges.pop()
    if (range === undefined) return done({ status: 'good', isCorrected, lost })
    const { memberBlock, blockCount } = range
    readRows(layout, members, { ...io, ...range }, (status, parts) => {
      if (status === 'medium-error' && blockCount > 1) {
        const half = blockCount >> 1
        ranges.push({ memberBlock: memberBlock + half, blockCount: blockCount - half }, { memberBlock, blockCount: half })
        next()
      } else if (status === 'failed') done({ status, isCorrected, lost })
      else {
        writeRows(layout, members, { ...io, ...range, parts }, (written, outcome) => {
          lost.push(...outcome.lost)
          isCorrected ||= outcome.isCorrected
          if (written === 'good') next()
          else done({ status: written, isCorrected, lost })
        })
      }
    })
  }
  next()
}

function readRows(layout: GroupLayout, members: Members, rows: Rows, done: (status: DriveStatus, parts: Parts) => void): void {
  const { stripe, memberBlock, blockCount, cause } = rows
  const present = layout.rule.stripeMembers(layout, stripe).filter((member) => !members.isOut(member, memberBlock))
  const parts: Parts = new Map()
  let worst: DriveStatus = 'good'
  let waiting = present.length
  if (waiting === 0) return members.refuse(0, cause, () => done('failed', parts))
  for (const member of present) {
    const bytes = new Uint8Array(blockCount * BLOCK_BYTES)
    members.read(member, memberBlock, bytes, cause, (status) => {
      members.noteFailure(member, status)
      if (status === 'good') parts.set(member, bytes)
      else worst = status === 'failed' || worst === 'failed' ? 'failed' : status
      if (--waiting === 0) done(worst, parts)
    })
  }
}

/** Unreadable sectors are written last: if the controller dies before that, they still say that the row has lost something. */
function writeRows(
  layout: GroupLayout,
  members: Members,
  rows: Rows & { readonly parts: Parts },
  done: (status: DriveStatus, outcome: Pick<SettledStripe, 'isCorrected' | 'lost'>) => void,
): void {
  const { stripe, memberBlock, parts, claim, cause } = rows
  const { wanted, lost } = layout.rule.parityCount > 0 ? parityRows(layout, rows) : copiedRows(layout, rows)
  const changed = [...wanted].filter(([member, bytes]) => {
    const found = parts.get(member)
    return !members.isOut(member, memberBlock) && (found === undefined || !equalBytes(found, bytes))
  })
  const parityMembers = layout.rule.parityMembersOf(layout, stripe)
  const isLast = (member: number): boolean => !parts.has(member) && !parityMembers.includes(member)
  const steps = [changed.filter(([member]) => !isLast(member)), changed.filter(([member]) => isLast(member))]
  const run = (step: number): void => {
    const writes = steps[step]
    if (writes === undefined) return done('good', { isCorrected: changed.length > 0, lost })
    const parts = writes.map(([member, bytes]) => ({ member, bytes }))
    writeRowParts(members, parts, { memberBlock, claim, cause }, (status) => {
      if (status === 'good') run(step + 1)
      else done(status, { isCorrected: true, lost })
    })
  }
  run(0)
}

interface WantedRows {
  /** What each member of the stripe should have, where that is known. */
  readonly wanted: Parts
  readonly lost: readonly number[]
}

/** The copy that is normally read counts, or else the first that can be read. */
function copiedRows(layout: GroupLayout, { stripe, memberBlock, parts }: Rows & { readonly parts: Parts }): WantedRows {
  const { rule } = layout
  const wanted: Parts = new Map()
  for (const member of rule.stripeMembers(layout, stripe)) {
    const copies = rule.copiesOf(layout, rule.occupant(layout, member, memberBlock).groupBlock)
    const source = copies.flatMap((copy) => parts.get(copy) ?? [])[0]
    if (source !== undefined) wanted.set(member, source)
  }
  return { wanted, lost: [] }
}

function parityRows(layout: GroupLayout, { stripe, memberBlock, blockCount, parts }: Rows & { readonly parts: Parts }): WantedRows {
  const { rule, dataWidth, groupId } = layout
  const dataMembers = Array.from({ length: dataWidth }, (_, chunk) => dataMemberOf(layout, stripe, chunk))
  const missing = dataMembers.flatMap((member, chunk) => (parts.has(member) ? [] : [chunk]))
  const lost: number[] = []
  const agreed = missing.length === 1 ? agreedRows(layout, { stripe, parts, dataMembers, chunk: missing[0]! }) : undefined
  const data = dataMembers.map((member) => {
    const found = parts.get(member)
    if (found !== undefined) return found
    const { groupBlock } = rule.occupant(layout, member, memberBlock)
    const bytes = new Uint8Array(blockCount * BLOCK_BYTES)
    for (let row = 0; row < blockCount; row++) {
      const at = row * BLOCK_BYTES
      const known = agreed?.(row)
      bytes.set(known ?? lostBlock(groupId, groupBlock + row), at)
      if (known === undefined) lost.push(groupBlock + row)
    }
    return bytes
  })
  const wanted: Parts = new Map(dataMembers.map((member, chunk) => [member, data[chunk]!]))
  const parity = makeParity(data, rule.parityCount)
  rule.parityMembersOf(layout, stripe).forEach((member, index) => wanted.set(member, parity[index]!))
  return { wanted, lost }
}

/** With two parities, a block that both compute alike is not in doubt. Undefined if there are not two. */
function agreedRows(
  layout: GroupLayout,
  row: { readonly stripe: number; readonly parts: Parts; readonly dataMembers: readonly number[]; readonly chunk: number },
): ((row: number) => Uint8Array | undefined) | undefined {
  const { stripe, parts, dataMembers, chunk } = row
  const [byP, byQ] = layout.rule.parityMembersOf(layout, stripe).map((member, index) => {
    const sum = parts.get(member)?.slice()
    if (sum === undefined) return undefined
    dataMembers.forEach((dataMember, other) => other !== chunk && addData(index, other, sum, 0, parts.get(dataMember)!))
    return solve([chunk], index === 0 ? [sum, undefined] : [undefined, sum])[0]
  })
  if (byP === undefined || byQ === undefined) return undefined
  return (index) => {
    const [one, other] = [byP, byQ].map((bytes) => bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES))
    return equalBytes(one!, other!) ? one : undefined
  }
}
