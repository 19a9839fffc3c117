import type { ArrayState } from '../contract/array-state'
import type { ControllerId } from '../contract/controller-id'
import type { PeerMessage } from '../contract/interconnect'
import type { Place, TraceData, TraceId, TraceKind } from '../contract/trace'

/**
 * Everything the core knows of the world. The core calls a port and returns; what comes of it arrives later as an
 * event: a completion (`done`) or a call of a handler. A port never calls back before the call that started it has
 * returned. Workers implement these over files, sockets and message ports, the simulator over virtual ones.
 */

export interface Timer {
  cancel(): void
}

export interface ClockPort {
  /** Milliseconds since the lab started, monotonic, with fractions. */
  nowMs(): number
  after(delayMs: number, run: () => void): Timer
}

/** All that one event brings is a *turn*: the event, and the completions that follow from it at once. */
export interface TurnPort {
  /** Calls `run` once, when this turn has nothing more to do, and before anything that it sent leaves. */
  atEnd(run: () => void): void
  /** Calls `run` in a turn of its own, after whatever else has arrived has had its turn. */
  next(run: () => void): void
}

/**
 * - `medium-error`: these sectors cannot be read; the drive works.
 * - `failed`: the drive does not answer any more.
 * - `stale-epoch`: refused, since a newer epoch holds the claim; nothing was written.
 * - `no-space`: of a write only. There is no room for it on what the drive is made of, so it was written in part or not at all. The
 *   drive works, and takes the write when there is room.
 */
export type DriveStatus = 'good' | 'medium-error' | 'failed' | 'stale-epoch' | 'no-space'

/** Under which claim a write is made. Slots below `LIMITS.volumes` are volume ids; then comes the array's own. */
export interface WriteClaim {
  readonly slot: number
  readonly epoch: number
}

export interface DrivePort {
  readonly index: number
  readonly blockCount: number
  /** Fills `into`, whose length is a whole number of blocks. */
  read(
    io: { readonly firstBlock: number; readonly into: Uint8Array; readonly cause?: TraceId | undefined },
    done: (status: DriveStatus) => void,
  ): void
  /** Writes the chunks one behind the other; they must not change until `done`. Atomic by 512-byte sector only. */
  write(
    io: {
      readonly firstBlock: number
      readonly from: readonly Uint8Array[]
      readonly claim: WriteClaim
      readonly cause?: TraceId | undefined
    },
    done: (status: DriveStatus) => void,
  ): void
  /** All writes that were completed before are on stable storage at `done`. */
  flush(io: { readonly cause?: TraceId | undefined }, done: (status: DriveStatus) => void): void
  /** It is not what it was, so nothing on it may be used: it answers `failed` until it is reopened. `reason` is for people. */
  distrust(reason: string): void
  /** As at the start of the controller: whatever was the matter with it, what is in its place now is used from here on. */
  reopen(): void
  /** The same for a drive that is to be rebuilt. What must not be written over, because it belongs to something else, is refused. */
  reopenForRebuild(): void
}

/** One accepted TCP connection, or one that was opened. */
export interface ConnectionPort {
  /** For people: "127.0.0.1:50412". */
  readonly remote: string
  /** Bytes accepted by `send` and not yet taken by the network. */
  readonly queuedBytes: number
  send(chunks: readonly Uint8Array[]): void
  /** Stops and resumes the calls of `onData`. */
  pause(): void
  resume(): void
  /** Sends what is queued, then closes. */
  close(): void
}

export interface ConnectionHandler {
  /** The bytes belong to the handler: nobody changes them afterwards. */
  onData(bytes: Uint8Array): void
  /** The queue has fallen to nothing after it was above `LIMITS.connectionQueueBytes`. */
  onDrained(): void
  onClosed(): void
}

/** Opens connections: for the lab's own host. */
export interface NetworkPort {
  /** `handler` gets its first call only after `opened` or `failed`. */
  connect(
    address: { readonly host: string; readonly port: number },
    outcome: { opened(connection: ConnectionPort): ConnectionHandler; failed(reason: string): void },
  ): void
}

/** A controller's addresses, its own and, after a takeover, the peer's. */
export interface PortalPort {
  /** Listens on the iSCSI portal and the management address that belong to `of`. Connections come to the controller's `accept`. */
  open(of: ControllerId, done: (error: string | undefined) => void): void
  /** Stops listening there and ends the connections that came in by it. */
  close(of: ControllerId, done: () => void): void
}

/**
 * The interconnect: messages arrive once, in order, or not at all. Bulk data stays the sender's, who may have to send it
 * again and does not change it; a transport that gives memory away gives a copy.
 */
export interface PeerPort {
  send(message: PeerMessage): void
}

export type ResetOutcome =
  /** The peer is gone: not one more write of it can land. This is the fence. */
  | 'fenced'
  /** The reset line was already granted to the peer: this controller is about to be reset. */
  | 'refused'

export interface MidplanePort {
  /** Asks for the peer's reset line and waits until the peer is really gone. */
  fencePeer(done: (outcome: ResetOutcome) => void): void
  /** Asks for a controller to be started again (its own reset line included). Fire and forget. */
  requestRestart(controller: ControllerId, reason: string): void
  /** Stops the peer and leaves it down until somebody starts it: the end of a planned takeover. */
  haltPeer(done: () => void): void
  /** Raises the epoch of a claim slot on all drives; from then on older epochs are refused. False if a newer one stands. */
  raiseClaim(claim: WriteClaim): boolean
  /** The epoch that now holds a slot: what a newcomer must exceed. */
  claimEpoch(slot: number): number
  /** Raises this controller's serving line: it is about to claim or to join. The line falls when the controller has ended. */
  raiseServingLine(): void
  /** The peer's serving line, which needs no interconnect. While it is low, the peer serves nothing and holds no claim. */
  peerServes(): boolean
  /** Something worth showing changed: the window is told at once instead of at the next report. */
  noteStateChanged(state: ArrayState | undefined): void
}

/**
 * This controller's NVRAM: like memory, so synchronous, and what was written survives its controller. A write that the
 * controller's death cuts short may be there in part.
 */
export interface NvramPort {
  readonly sizeBytes: number
  write(offset: number, chunks: readonly Uint8Array[]): void
  read(offset: number, into: Uint8Array): void
}

/** Names one traced request through all its steps. Absent where the request was not drawn for tracing. */
export interface TraceTag {
  readonly request: string
  readonly cause: TraceId
}

export interface TracePort {
  /** Whether one more I/O command may be traced in full this second; those refused are counted as omitted. */
  admit(): boolean
  record(event: {
    readonly place: Place
    readonly kind: TraceKind
    readonly request?: string | undefined
    readonly cause?: TraceId | undefined
    readonly to?: Place | undefined
    readonly data?: TraceData | undefined
  }): TraceId
}

/** What a controller is given at its start. */
export interface ControllerPorts {
  readonly clock: ClockPort
  readonly turn: TurnPort
  readonly drives: readonly DrivePort[]
  readonly portals: PortalPort
  readonly peer: PeerPort
  readonly midplane: MidplanePort
  readonly trace: TracePort
  readonly nvram: NvramPort
}
