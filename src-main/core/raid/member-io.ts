import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'

/** A range of one member, to be read into a buffer. Its stripes must be locked. */
export interface MemberRange {
  readonly member: number
  readonly memberBlock: number
  readonly into: Uint8Array
  readonly cause: TraceId | undefined
}

/** One write to one member, planned before any is issued. */
export interface MemberWrite {
  readonly member: number
  readonly memberBlock: number
  readonly from: Uint8Array[]
  /** What has to be written of it, where the rest is old data between: a drive that does not take the whole is given these. */
  readonly parts?: readonly MemberWrite[] | undefined
}

/** What a RAID level sees of the drives of its group. */
export interface MemberIo {
  readonly count: number
  /** Nothing is read from it there, nor written but by a rebuild: it may have missed a write, or is about to. */
  isOut(member: number, memberBlock: number, blockCount?: number): boolean
  /** All of it is out. */
  isGone(member: number): boolean
  /** For the caller to note a failure: the hot path has no closure of its own here. */
  read(member: number, memberBlock: number, into: Uint8Array, cause: TraceId | undefined, done: (status: DriveStatus) => void): void
  noteFailure(member: number, status: DriveStatus): void
  /** For a request that needs a member which is out: the drive is asked so that the answer comes as a completion. */
  refuse(member: number, cause: TraceId | undefined, done: () => void): void
}

/** Of two ways that failed: sectors that cannot be read are said before drives that are gone. */
export function worse(a: DriveStatus, b: DriveStatus): DriveStatus {
  return RANK[a] >= RANK[b] ? a : b
}

const RANK: Readonly<Record<DriveStatus, number>> = { good: 0, failed: 1, 'medium-error': 2, 'stale-epoch': 3 }
