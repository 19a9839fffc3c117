import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import type { GroupLayout } from './levels/level'
import { worse, type MemberIo, type MemberRange } from './member-io'

/** Reads a range from its own member, or recovers it from the others. */
export function readMember(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void {
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
 * Recovers a range from the other members. If they have bad sectors too, the range is halved until every block has a source or
 * one has none.
 */
export function recoverMember(
  layout: GroupLayout,
  members: MemberIo,
  lost: { readonly range: MemberRange; readonly status: DriveStatus },
  done: (status: DriveStatus) => void,
): void {
  const { range, status } = lost
  layout.rule.recover(layout, members, range, (others) => {
    if (others === 'good') done('good')
    else if (others === 'medium-error' && range.into.length > BLOCK_BYTES) readHalves(layout, members, range, done)
    else done(worse(status, others))
  })
}

function readHalves(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void {
  const firstBlocks = Math.floor(range.into.length / BLOCK_BYTES / 2)
  const cut = firstBlocks * BLOCK_BYTES
  const first = { ...range, into: range.into.subarray(0, cut) }
  const second = { ...range, memberBlock: range.memberBlock + firstBlocks, into: range.into.subarray(cut) }
  readMember(layout, members, first, (status) => {
    if (status === 'good') readMember(layout, members, second, done)
    else done(status)
  })
}
