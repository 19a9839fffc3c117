import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { StripePart } from './levels/level'
import { worse } from './member-io'
import type { Members } from './members'

export interface RowWrite {
  readonly memberBlock: number
  readonly claim: WriteClaim
  readonly cause: TraceId | undefined
}

/** Writes the same rows of several members, all at once. The worst status counts; without parts it is `good`. */
export function writeRowParts(
  members: Members,
  parts: readonly StripePart[],
  { memberBlock, claim, cause }: RowWrite,
  done: (status: DriveStatus) => void,
): void {
  let waiting = parts.length
  let worst: DriveStatus = 'good'
  if (waiting === 0) done(worst)
  for (const { member, bytes } of parts) {
    members.write({ member, memberBlock, from: [bytes] }, claim, cause, (status) => {
      worst = worse(worst, status)
      if (--waiting === 0) done(worst)
    })
  }
}
