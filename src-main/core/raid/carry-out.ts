import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { worse, type MemberWrite } from './member-io'
import type { Members } from './members'
import type { WritePlan } from './write-plan'

export interface CarriedOut {
  /** The worst of all writes but those of `missed`. */
  readonly status: DriveStatus
  /** Members that were given up on the way. The group can do without what they were to get, once they are on record. */
  readonly missed: readonly number[]
}

/** Issues all writes of a plan. A drive that fails now does not hold back the others: what remains stays consistent. */
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
