import type { TraceTag, WriteClaim } from '../../ports'
import type { VolumeIo } from '../../mapping/volume-io'
import type { GroupFault, GroupWrite } from '../../raid/group-io'

/** `stopped`: this controller has stopped acknowledging. */
export type CacheFault = GroupFault | 'stopped'
export type CacheOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: CacheFault }

/** Logs, for one write to the drives, the partial parity that a replay needs if the write is interrupted. */
export interface StripeCover {
  readonly secure: NonNullable<GroupWrite['secure']>
  /** The write has ended. */
  release(): void
}

/** Where the blocks of a volume are, and the claim under which this controller writes them. */
export interface VolumePlace {
  readonly io: VolumeIo
  readonly claim: WriteClaim
}

/** Somebody who waits until records are on the drives, or until that turns out to be impossible. */
export interface Waiter {
  /** Records that it waits for. Negative once `done` was called. */
  left: number
  readonly done: (fault: CacheFault | undefined) => void
}

/**
 * A write in the log that is not trimmed yet.
 * - `logged`: it is appended and not settled yet; or it is partial parity of an update that has not ended
 * - `dirty`: it is settled, and reads see it; `liveBlocks` of its blocks have no newer data
 * - `through`: it is acknowledged when it is on the drives, and reads see it then
 * - `done`: all of it that was not overwritten is on the drives; or it is partial parity of an update that has ended
 */
export interface LiveRecord {
  /** A record that is carried on gets a new one, and new `bytes` that say so. */
  sequence: number
  /** It stays when the record is carried on. */
  readonly firstSequence: number
  bytes: Uint8Array
  readonly firstBlock: number
  readonly volumeId: number
  readonly isPartialParity: boolean
  readonly endBlock: number
  readonly appendedAtMs: number
  readonly forceUnitAccess: boolean
  readonly trace: TraceTag | undefined
  /** The most room that it can need for partial parity. */
  readonly journalBytes: number
  readonly finish: (outcome: CacheOutcome<undefined>) => void
  state: 'logged' | 'dirty' | 'through' | 'done'
  liveBlocks: number
  /** It was not closed yet. */
  isOpen: boolean
  /** Its host was told that it failed, and no part of it goes to the drives any more. */
  isRefused: boolean
  /** The mirror has it, and still counts. */
  isMirrored: boolean
  waiters: Waiter[]
}
