import type { WriteClaim } from '../ports'
import type { TraceId } from '../../contract/trace'
import type { GroupLayout } from './geometry'

/**
 * - `medium-error`: blocks that cannot be read nor rebuilt from the other members, or not written
 * - `hardware-error`: too many drives are gone for this
 * - `stale-epoch`: a newer owner writes now; nothing more may be written under this claim
 */
export type GroupFault = 'medium-error' | 'hardware-error' | 'stale-epoch'

export type GroupOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: GroupFault }

export interface GroupRead {
  /** A group block; the range is inside the group and not empty. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly cause?: TraceId | undefined
}

export interface GroupWrite {
  readonly firstBlock: number
  /** A whole number of blocks together, cut anywhere; they must not change until `done`. */
  readonly data: readonly Uint8Array[]
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
}

/** Reads and writes the data of one RAID group over its drives. `done` is called once, after the call has returned. */
export interface GroupIo {
  readonly layout: GroupLayout
  /** Drives that answered `failed`; they are not asked again. */
  readonly failedDrives: readonly number[]
  read(io: GroupRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void
  write(io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void
  /** Everything that was written before is on stable storage at `done`. */
  flush(io: { readonly cause?: TraceId | undefined }, done: (outcome: GroupOutcome<undefined>) => void): void
}
