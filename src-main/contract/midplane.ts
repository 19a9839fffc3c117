import type { MessagePort } from 'node:worker_threads'
import type { ControllerId } from './controller-id'
import type { HostReport, OutagesSince } from './host'
import type { ControllerEnd, ControllerReport } from './snapshot'
import type { Workload } from './workload'

/**
 * What the main process (midplane, supervisor) and the worker threads say to each other, and the memory they share.
 * Between threads of one program: typed, not decoded.
 */

/**
 * A controller that has given no sign of life for this long is reset and started again by the midplane's watchdog. One that has
 * started gives a sign every `SIGN_OF_LIFE_MS`; before its first one it gets more time.
 */
export const WATCHDOG_MS = 5000
export const START_WATCHDOG_MS = 20_000
export const SIGN_OF_LIFE_MS = 100

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

export interface ControllerAddresses {
  readonly portal: SocketAddress
  readonly management: SocketAddress
}

export interface TraceRingSetup {
  readonly memory: SharedArrayBuffer
  /** Its events have ids from `writer * 2^40` on. */
  readonly writer: number
}

/** `workerData` of a controller. */
export interface ControllerSetup {
  readonly id: ControllerId
  /** Grows with every start of this controller. */
  readonly incarnation: number
  /** Zero of the trace clock (platform/clock), in nanoseconds. */
  readonly clockOriginNs: bigint
  /** For the random generator. */
  readonly seed: number
  readonly targetName: string
  readonly token: string
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly arrayId: string
  readonly drives: readonly {
    readonly index: number
    readonly id: string
    readonly file: string
    readonly blockCount: number
    /** Which file the main process has locked as this image (platform/drive-files). */
    readonly lock?: { readonly identity: string | undefined }
  }[]
  /** This controller's NVRAM slot (platform/nvram-file). */
  readonly nvramFile: string
  /** ClaimTable's memory (platform/claims). */
  readonly claims: SharedArrayBuffer
  /** DriveFaultTable's memory (platform/drive-fault-table). */
  readonly driveFaults: SharedArrayBuffer
  /** NetworkFaultTable's memory (platform/network-fault-table). */
  readonly networkFaults: SharedArrayBuffer
  /** InterconnectState's memory (platform/interconnect). */
  readonly interconnect: SharedArrayBuffer
  readonly trace: TraceRingSetup
  /** This controller's flight ring (platform/flight), unless it keeps none. */
  readonly flight: SharedArrayBuffer | undefined
  /** The thread holds it and does nothing with it. When the thread ends, the midplane sees the other end close. */
  readonly lifeline: MessagePort
}

export type MidplaneToController =
  /** The other end of the interconnect: again after each start of either controller. */
  | { readonly type: 'interconnect'; readonly port: MessagePort }
  /** The presence line: the peer's board is there and has power. It may still not answer. `end`: how it ended, where that is known. */
  | { readonly type: 'peer-presence'; readonly present: boolean; readonly incarnation: number; readonly end?: ControllerEnd | undefined }
  /** Whether the interconnect has a signal at all, as its transceiver sees it. */
  | { readonly type: 'interconnect-line'; readonly state: 'up' | 'down' }
  /** A plug or an address is not as it was: the table of network faults says how it is. */
  | { readonly type: 'network-changed' }
  | { readonly type: 'fence-outcome'; readonly callId: number; readonly outcome: 'fenced' | 'refused' }
  | { readonly type: 'peer-halted'; readonly callId: number }
  /** The fault `hang`: blocks the thread for good. */
  | { readonly type: 'hang' }
  /** The fault `panic`: the thread ends with an uncaught error, as a bug would end it. */
  | { readonly type: 'panic' }
  /** Finish what is under way, close the addresses, say `stopped`. */
  | { readonly type: 'stop' }

export type ControllerToMidplane =
  | { readonly type: 'report'; readonly report: ControllerReport }
  | { readonly type: 'fence-peer'; readonly callId: number }
  | { readonly type: 'halt-peer'; readonly callId: number }
  | { readonly type: 'request-restart'; readonly controller: ControllerId; readonly reason: string }
  | { readonly type: 'stopped' }

/** `workerData` of the host. */
export interface HostSetup {
  readonly clockOriginNs: bigint
  readonly seed: number
  readonly targetName: string
  readonly portals: Readonly<Record<ControllerId, SocketAddress>>
  readonly workload: Workload
  readonly running: boolean
  /** The ledger of the lab's last session, if there is one. */
  readonly ledger: Uint8Array | undefined
  readonly trace: TraceRingSetup
}

export type MidplaneToHost =
  | { readonly type: 'start-workload'; readonly workload: Workload }
  | { readonly type: 'stop-workload' }
  | { readonly type: 'verify-ledger' }
  /** Its last ledger is on disk, or saving it failed. */
  | { readonly type: 'ledger-saved' }
  /** A takeover is over: the survivor serves everything since `servingAtMs`. */
  | { readonly type: 'takeover'; readonly startedAtMs: number; readonly servingAtMs: number }
  | { readonly type: 'count-outages'; readonly since: OutagesSince }
  /** Stop the workload, wait for what is under way, say `stopped` with the ledger. */
  | { readonly type: 'stop' }

export type HostToMidplane =
  /** `takeoverOutage` is the one around the takeover at `takeoverStartedAtMs`. */
  | { readonly type: 'report'; readonly report: HostReport; readonly takeoverStartedAtMs: number | undefined }
  /** Sent at the start, then from time to time. No workload begins until the first one is answered with `ledger-saved`. */
  | { readonly type: 'ledger'; readonly bytes: Uint8Array }
  /** The saved ledger cannot be read; a new one is begun. */
  | { readonly type: 'ledger-unusable'; readonly reason: string }
  | { readonly type: 'stopped'; readonly ledger: Uint8Array }
