import type { TraceTag } from '../../ports'
import type { CacheOutcome } from './live-record'

export interface CacheWrite {
  readonly volumeId: number
  readonly volumeEpoch: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly data: readonly Uint8Array[]
  readonly forceUnitAccess: boolean
  /** It stands in the log as one record, so a replay finds all of it or nothing. */
  readonly isAtomic?: boolean
  readonly trace: TraceTag | undefined
}

export interface WaitingWrite {
  readonly io: CacheWrite
  readonly done: (outcome: CacheOutcome<undefined>) => void
}
