import type { ControllerId } from './controller-id'
import type { Workload } from './workload'

/** What the lab's own host reports of itself. Times in milliseconds on the trace clock. */
export interface HostReport {
  readonly initiatorName: string
  readonly paths: readonly HostPath[]
  readonly workload: { readonly running: boolean; readonly settings: Workload }
  readonly ledger: LedgerCounts
  /** Completed in the last full second. */
  readonly rates: HostRates
  /** Longest time without a completion while requests were waiting, of the LUN that waited longest, since the workload was last started. */
  readonly longestGapMs: number
  /** The same around the last takeover: from its start until a second after the host heard of its end; 0 where there was none. */
  readonly lastOutageMs: number
  /** `dropped`: arrivals of the workload for which its queue had no room. */
  readonly commands: {
    readonly sent: number
    readonly answered: number
    readonly underWay: number
    readonly queued: number
    readonly dropped?: number
  }
  /** Both figures above, LUN by LUN. */
  readonly lunGaps?: readonly { readonly lun: number; readonly longestGapMs: number; readonly lastOutageMs: number }[]
}

export interface HostPath {
  readonly controller: ControllerId
  readonly address: string
  readonly state: 'connecting' | 'up' | 'down'
  readonly message?: string
  readonly luns: readonly { readonly lun: number; readonly accessState: string; readonly inUse: boolean }[]
}

/** Acknowledged writes, block by block, as the read-back found them. */
export interface LedgerCounts {
  /** Writes for which the host got GOOD. */
  readonly acknowledged: number
  /** Blocks whose last acknowledged (or a later, unknown) write was read back. */
  readonly verified: number
  /** Commands sent again on another path or session. */
  readonly retried: number
  /** Writes whose outcome the host never learned. */
  readonly unknown: number
  /** Blocks that lost an acknowledged write. Must stay 0. */
  readonly lost: number
  /** Blocks that the ledger keeps. */
  readonly blocks: number
  readonly verifying: boolean
  /** Blocks read back so far in the verification under way or last done. */
  readonly checkedBlocks: number
}

export interface HostRates {
  readonly readsPerSecond: number
  readonly writesPerSecond: number
  readonly bytesPerSecond: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
}
