import type { ControllerId } from './controller-id'
import type { Workload } from './workload'

/** What the lab's own host reports of itself. Times in milliseconds on the trace clock. */
export interface HostReport {
  readonly initiatorName: string
  readonly paths: readonly HostPath[]
  /** `answered`: so far, without what was read back for the ledger, which is among `commands`. */
  readonly workload: { readonly running: boolean; readonly settings: Workload; readonly answered?: number | undefined }
  readonly ledger: LedgerCounts
  /** Completed in the last full second. */
  readonly rates: HostRates
  readonly outages: OutageReport
  /**
   * The longest around the last takeover: one that ended after its start, and began until a second after the host heard of its end. The
   * next fault ends it: if it was not over by then, its length is up to that fault, and it stays not over.
   */
  readonly takeoverOutage?: Outage
  /** The longest of each LUN around it, in the order of the LUNs. */
  readonly takeoverWaits?: readonly Outage[]
  /** `dropped`: arrivals of the workload for which its queue had no room. */
  readonly commands: {
    readonly sent: number
    readonly answered: number
    readonly underWay: number
    readonly queued: number
    readonly dropped?: number
  }
}

/**
 * A time in which commands of the workload for a LUN waited and none was answered well, whatever the cause
 * (core/host/outage-meter). Times on the trace clock.
 */
export interface Outage {
  readonly lun: number
  readonly startedAtMs: number
  /** So far, if it is not over. */
  readonly durationMs: number
  readonly isOver: boolean
  /** What was done to the pair, or by it, at the time (snapshot/outage-causes). Absent where nothing is known, and from the host. */
  readonly cause?: OutageCause
}

/**
 * `stop`: on purpose, also to start again. `start`: a controller was starting, until it served. `move`: a volume got another owner.
 * `hidden`: a surprise struck, and whatever the cause is, nobody is told.
 */
export type OutageCause =
  | { readonly kind: 'crash' | 'panic' | 'hang' | 'stop' | 'giveback' | 'start'; readonly controller: ControllerId }
  | { readonly kind: 'portal-lost' | 'address-stolen'; readonly controller: ControllerId }
  | { readonly kind: 'drive' | 'slow-drive' | 'bad-sector'; readonly drive: number }
  | { readonly kind: 'both-down' | 'cut' | 'slow-link' | 'move' | 'hidden' }

/** What is over before `atMs` does not count. */
export interface OutagesSince {
  readonly atMs: number
  readonly reason: 'start' | 'reset' | 'fault'
}

export interface OutageReport {
  readonly since: OutagesSince
  /** Of all LUNs. */
  readonly longest?: Outage
  readonly luns: readonly LunOutageReport[]
}

export interface LunOutageReport {
  readonly lun: number
  /** Commands go there. Otherwise nobody knows whether it would answer. */
  readonly measured: boolean
  /** How long its commands have waited by now without a good answer. */
  readonly unansweredMs: number
  readonly longest?: Outage
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
  /** Blocks whose last acknowledged (or a later, unknown) write was read back, in the last verification that ended; absent before. */
  readonly verified?: number | undefined
  /** Something struck, or was taken over, since that verification began: it may have missed the damage. */
  readonly isDoubted?: boolean | undefined
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
  /** Of the ledger, in the verification under way: it never falls, though the ledger grows meanwhile. */
  readonly checkedShare?: number | undefined
}

export interface HostRates {
  readonly readsPerSecond: number
  readonly writesPerSecond: number
  readonly bytesPerSecond: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
}
