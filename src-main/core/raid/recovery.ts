import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { GroupLayout } from './geometry'
import type { Members } from './members'
import { xorInto } from './parity'

/** A range of one member, to be read into a buffer. The stripes must be locked. */
export interface MemberRange {
  readonly member: number
  readonly memberBlock: number
  readonly into: Uint8Array
  readonly cause: TraceId | undefined
}

/** Reads a range from its own member, or from the others where that one cannot. */
export function readMember(layout: GroupLayout, members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
  if (members.isOut(range.member, range.memberBlock, range.into.length / BLOCK_BYTES)) {
    recoverMember(layout, members, { range, status: 'failed' }, done)
    return
  }
  members.read(range.member, range.memberBlock, range.into, range.cause, (status) => {
    members.noteFailure(range.member, status)
    if (status === 'good') done(status)
    else recoverMember(layout, members, { range, status }, done)
  })
}

/**
 * Gets a range that its own member could not give: from a copy (raid1), or out of data and parity of all other members
 * (raid5). Where these have bad sectors too, the range is halved until every block has a source or one has none.
 */
export function recoverMember(
  layout: GroupLayout,
  members: Members,
  lost: { readonly range: MemberRange; readonly status: DriveStatus },
  done: (status: DriveStatus) => void,
): void {
  const { range, status } = lost
  if (layout.redundancy === 0) {
    done(status)
    return
  }
  const recover = layout.level === 'raid1' ? readCopy : reconstruct
  recover(members, range, (others) => {
    if (others === 'good') done('good')
    else if (others === 'medium-error' && range.into.length > BLOCK_BYTES) readHalves(layout, members, range, done)
    else done(worse(status, others))
  })
}

/** Of two ways that failed: sectors that cannot be read are said before drives that are gone. */
export function worse(a: DriveStatus, b: DriveStatus): DriveStatus {
  return RANK[a] >= RANK[b] ? a : b
}

const RANK: Readonly<Record<DriveStatus, number>> = { good: 0, failed: 1, 'medium-error': 2, 'stale-epoch': 3 }

function readHalves(layout: GroupLayout, members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
  const firstBlocks = Math.floor(range.into.length / BLOCK_BYTES / 2)
  const cut = firstBlocks * BLOCK_BYTES
  const first = { ...range, into: range.into.subarray(0, cut) }
  const second = { ...range, memberBlock: range.memberBlock + firstBlocks, into: range.into.subarray(cut) }
  readMember(layout, members, first, (status) => {
    if (status === 'good') readMember(layout, members, second, done)
    else done(status)
  })
}

/** raid1: the other copies, one after the other. */
function readCopy(members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
  let outcome: DriveStatus = 'failed'
  const tryFrom = (first: number, refused: boolean): void => {
    for (let copy = first; copy < members.count; copy++) {
      if (copy === range.member || members.isOut(copy, range.memberBlock, range.into.length / BLOCK_BYTES)) continue
      members.read(copy, range.memberBlock, range.into, range.cause, (status) => {
        members.noteFailure(copy, status)
        if (status === 'good') {
          done('good')
          return
        }
        outcome = worse(outcome, status)
        tryFrom(copy + 1, true)
      })
      return
    }
    if (refused) done(outcome)
    else members.refuse(range.member, range.cause, () => done(outcome))
  }
  tryFrom(0, false)
}

/** raid5: the exclusive or of what all other members have there. */
function reconstruct(members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
  const others: number[] = []
  for (let member = 0; member < members.count; member++) if (member !== range.member) others.push(member)
  if (others.some((member) => members.isOut(member, range.memberBlock))) {
    members.refuse(range.member, range.cause, () => done('failed'))
    return
  }
  const parts = others.map(() => new Uint8Array(range.into.length))
  let waiting = others.length
  let outcome: DriveStatus = 'good'
  others.forEach((member, index) => {
    members.read(member, range.memberBlock, parts[index]!, range.cause, (status) => {
      members.noteFailure(member, status)
      outcome = worse(outcome, status)
      if (--waiting > 0) return
      if (outcome === 'good') {
        range.into.fill(0)
        for (const part of parts) xorInto(range.into, 0, part)
      }
      done(outcome)
    })
  })
}
