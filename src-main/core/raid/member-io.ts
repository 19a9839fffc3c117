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
  /** If the write has old data in between: the new parts alone, which are written instead after a medium error. */
  readonly parts?: readonly MemberWrite[] | undefined
}

/** What a RAID level sees of the drives of its group. */
export interface MemberIo {
  readonly count: number
  /** It is not read there, because it may have missed a write or is about to. Parity levels do not write it there either. */
  isOut(member: number, memberBlock: number, blockCount?: number): boolean
  /** All of this member is out. */
  isGone(member: number): boolean
  /** The caller notes a failure itself, so that the hot path needs no closure here. */
  read(member: number, memberBlock: number, into: Uint8Array, cause: TraceId | undefined, done: (status: DriveStatus) => void): void
  noteFailure(member: number, status: DriveStatus): void
  /** For a request that needs a member that is out. It flushes the drive, so that the failure comes as a completion. */
  refuse(member: number, cause: TraceId | undefined, done: () => void): void
}

/** The status to report of two: a stale epoch before unreadable sectors, a failed drive, and a lack of room, which passes. */
export function worse(a: DriveStatus, b: DriveStatus): DriveStatus {
  return RANK[a] >= RANK[b] ? a : b
}

const RANK: Readonly<Record<DriveStatus, number>> = { good: 0, 'no-space': 1, failed: 2, 'medium-error': 3, 'stale-epoch': 4 }
