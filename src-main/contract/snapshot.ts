import type { DriveFaults } from './drive-faults'
import type { ControllerId } from './controller-id'
import type { ArrayState, CachePolicy } from './array-state'
import type { HostReport, Outage } from './host'
import type { ControllerPhase } from './interconnect'
import type { MakingWhole, WholeStep } from './making-whole'
import type { ControllerFaults } from './pair-faults'
import type { ServiceRequestDescription } from './service-request'
import type { SurpriseReport } from './surprise'

/** The whole lab at one moment, small enough to be sent ten times a second. */
export interface LabSnapshot {
  readonly sequence: number
  /** On the trace clock. */
  readonly timeMs: number
  readonly lab: LabIdentity
  readonly controllers: Readonly<Record<ControllerId, ControllerSnapshot>>
  readonly interconnect: {
    readonly state: 'up' | 'cut'
    readonly messages: number
    readonly bytes: number
    /** What somebody made each message take on top; left out if nothing. */
    readonly extraLatencyMs?: number
  }
  readonly drives: readonly DriveSnapshot[]
  /** The newest state that any controller reported, without its `completedRequests`, which count as dropped; undefined until one is up. */
  readonly array: ArrayState | undefined
  readonly takeovers: readonly TakeoverRecord[]
  readonly host: HostReport | undefined
  readonly trace: { readonly recorded: number; readonly omitted: number; readonly overwritten: number; readonly fileBytes: number }
  /** The first step to a lab that is whole. Absent: it is, or it is no live lab. */
  readonly missing?: WholeStep
  readonly makingWhole?: MakingWhole
  /** The last one; absent: there was none. */
  readonly surprise?: SurpriseReport
}

export interface LabIdentity {
  readonly id: string
  readonly folder: string
  readonly version: string
  /** Why this build is not for users, e.g. "Electron 33.2.1 from the package registry". */
  readonly developmentBuild?: string
  readonly targetName: string
  /** Zero of the trace clock, in milliseconds since 1970; absent from a simulated lab, which is at no time of day. */
  readonly startedAtMs?: number
}

/** As the midplane sees it; `phase` as the controller says itself. */
export type ControllerState = 'starting' | 'running' | 'hung' | 'resetting' | 'down'

export interface ControllerSnapshot {
  readonly id: ControllerId
  readonly state: ControllerState
  readonly phase: ControllerPhase | undefined
  /** Why it waits, for people. */
  readonly reason?: string
  readonly incarnation: number
  /** Message of the uncaught error that killed it. Absent again after the next start. */
  readonly lastFailure?: string
  readonly portalAddress: string
  readonly managementUrl: string
  /** Who serves this controller's addresses now, as far as it knows: whether anybody reaches them there is another question (`faults`). */
  readonly portalServedBy: ControllerId | undefined
  /** Milliseconds since the peer's last heartbeat; undefined where there is no peer. */
  readonly peerSilenceMs?: number
  readonly initiators: readonly { readonly name: string; readonly portal: ControllerId; readonly remote: string }[]
  readonly counters: ControllerCounters
  readonly nvram?: NvramReport
  /** What somebody did to its surroundings; left out if nothing. */
  readonly faults?: ControllerFaults
}

/** A controller's NVRAM log and the copy of it at the peer. */
export interface NvramReport {
  readonly bytes: number
  readonly capacityBytes: number
  readonly records: number
  /** Volumes with acknowledged data that is not on the drives yet. */
  readonly dirtyVolumes: readonly number[]
  /** Of these, volumes whose data waits for room on the disk under the drives. Their writes are refused. */
  readonly volumesShortOfRoom: readonly number[]
  /** `away`: there is no peer, or the claim that excludes its mirror is not written yet. `off`: this controller does not serve. */
  readonly mirror: 'in-step' | 'resyncing' | 'away' | 'off'
  readonly policy: CachePolicy
}

export interface ControllerCounters {
  readonly reads: number
  readonly writes: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** I/O that arrived here and that the peer answered. */
  readonly forwarded: number
  /** I/O of the peer answered here. */
  readonly forwardedIn: number
  readonly serviceReceived: number
  readonly serviceServed: number
  readonly refusedWrites: number
}

export interface DriveSnapshot {
  readonly index: number
  readonly id: string
  readonly file: string
  readonly blockCount: number
  /** `failed`: it does not answer, or a RAID group carries on without it. `rebuilding`: it gets back what it missed. */
  readonly state: 'online' | 'failed' | 'rebuilding'
  readonly message?: string
  /** What somebody did to it; left out if nothing. */
  readonly faults?: DriveFaults
  /** While a RAID group goes on without it: the generation of the array state in which it was last in use. */
  readonly outAfterGeneration?: number
  /** The current rebuild, or the last one if it ended without bringing the drive back. */
  readonly rebuild?: DriveRebuildSnapshot
  readonly reads: number
  readonly writes: number
}

/** `done` and `total` in stripes, over all groups of the drive. */
export type DriveRebuildSnapshot =
  | { readonly operation: string; readonly state: 'running'; readonly done: number; readonly total: number }
  | { readonly operation: string; readonly state: 'failed'; readonly message: string }

export const TAKEOVER_PHASES = ['detect', 'fence', 'claim', 'replay', 'adopt', 'serve'] as const
export type TakeoverPhase = (typeof TAKEOVER_PHASES)[number]

/** `planned`: its volumes were moved away first. `restart`: it was started again on purpose, though it served. */
export type TakeoverReason = 'crash' | 'hang' | 'interconnect' | 'planned' | 'restart'
/** Of a controller that is gone, as the midplane knows it. */
export type ControllerEnd = Extract<TakeoverReason, 'crash' | 'hang' | 'restart'>

export interface TakeoverRecord {
  readonly number: number
  readonly survivor: ControllerId
  readonly dead: ControllerId
  readonly reason: TakeoverReason
  /** When the controller failed or was last heard of, on the trace clock. */
  readonly startedAtMs: number
  /** Each phase in order, with its end and its length. Complete once `serve` is there. `records`: replayed log records. */
  readonly phases: readonly {
    readonly phase: TakeoverPhase
    readonly endedAtMs: number
    readonly durationMs: number
    readonly records?: number
  }[]
  readonly totalMs: number
  readonly volumes: readonly number[]
  /** The host's longest outage around it, filled in when the host knows. */
  readonly hostOutage?: Outage
  /** The longest of each LUN, in their order. Absent where only the longest of all is known. */
  readonly hostWaits?: readonly Outage[]
  readonly givenBackAtMs?: number
}

/** What a controller worker reports, at every change and at least ten times a second while it lives. */
export interface ControllerReport {
  readonly id: ControllerId
  readonly phase: ControllerPhase
  /** Why it waits, for people. */
  readonly reason?: string
  readonly array: ArrayState | undefined
  readonly portals: readonly ControllerId[]
  readonly peerSilenceMs?: number
  readonly initiators: ControllerSnapshot['initiators']
  readonly counters: ControllerCounters
  readonly nvram?: NvramReport
  readonly drives: readonly {
    readonly index: number
    readonly state: 'online' | 'failed'
    readonly reads: number
    readonly writes: number
    readonly message?: string
  }[]
  /** Takeovers this incarnation did, the newest last. */
  readonly takeovers: readonly Omit<TakeoverRecord, 'number' | 'hostOutage' | 'hostWaits'>[]
}

export interface ServiceTable {
  readonly requests: readonly ServiceRequestDescription[]
}
