import type { TraceTag, WriteClaim } from '../../ports'
import type { VolumeIo } from '../../mapping/volume-io'
import type { GroupFault, GroupWrite } from '../../raid/group-io'
import type { ExtentSource } from '../destage/extent-map'

/** `stopped`: this controller acknowledges nothing any more. */
export type CacheFault = GroupFault | 'stopped'
export type CacheOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: CacheFault }

/** Keeps in the log, for one write to the drives, what a crash in the middle of it would take from a group with parity. */
export interface StripeCover {
  readonly secure: NonNullable<GroupWrite['secure']>
  /** The write has ended. */
  release(): void
}

/** The blocks of a volume on the drives, and under which claim this controller writes them. */
export interface VolumePlace {
  readonly io: VolumeIo
  readonly claim: WriteClaim
}

/** Somebody who waits until records are on the drives, or until that turns out to be impossible. */
export interface Waiter {
  left: number
  readonly done: (fault: CacheFault | undefined) => void
}

/**
 * A write in the log that is not trimmed yet.
 * - `logged`: in this controller's NVRAM, and not acknowledged for it; or partial parity of an update that has not ended
 * - `dirty`: acknowledged or about to be; the newest data of `liveBlocks` of its blocks, which reads see
 * - `through`: goes to the drives and is acknowledged there; reads see it when it is there
 * - `done`: whatever is left of it is on the drives
 */
export interface LiveRecord extends ExtentSource {
  /** It gets another one when it is carried on, and `bytes` that say so. */
  sequence: number
  bytes: Uint8Array
  readonly volumeId: number
  readonly isPartialParity: boolean
  readonly endBlock: number
  readonly appendedAtMs: number
  readonly forceUnitAccess: boolean
  readonly trace: TraceTag | undefined
  /** Most that the partial parity of its stripes takes in the log. */
  readonly journalBytes: number
  readonly finish: (outcome: CacheOutcome<undefined>) => void
  state: 'logged' | 'dirty' | 'through' | 'done'
  liveBlocks: number
  /** Not yet noted as done. */
  isOpen: boolean
  waiters: Waiter[]
}
