import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { worse, type MemberWrite } from './member-io'
import type { Members } from './members'
import type { WritePlan } from './write-plan'

export interface CarriedOut {
  /** The worst status of all writes except those to `missed` members. */
  readonly status: DriveStatus
  /** Members dropped during the write. The group can do without their writes once they are recorded as failed. */
  readonly missed: readonly number[]
}

/** Issues all writes of a plan. If a drive fails now, the others are written anyway, so that what remains is consistent. */
export function carryOut(
  members: Members,
  plan: WritePlan,
  { claim, cause }: { readonly claim: WriteClaim; readonly cause?: TraceId | undefined },
  done: (outcome: CarriedOut) => void,
): void {
  let waiting = plan.writes.length
  let worst: DriveStatus = 'good'
  const missed: number[] = []
  const issue = (write: MemberWrite): void => {
    members.write(write, claim, cause, (status) => {
      if (status === 'medium-error' && write.parts !== undefined) {
        waiting += write.parts.length
        for (const part of write.parts) issue(part)
      } else if (status === 'failed' && members.isGone(write.member)) missed.push(write.member)
      else worst = worse(worst, status)
      if (--waiting === 0) done({ status: worst, missed })
    })
  }
  for (const write of plan.writes) issue(write)
}
