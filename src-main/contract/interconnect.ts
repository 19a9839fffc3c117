import type { ArrayState, MovedBy } from './array-state'
import type { NexusName } from './reservations'
import type { ServiceAnswer, ServiceError, ServiceRequest } from './service-request'
import type { TraceId } from './trace'

/** What the two controllers say to each other. Between threads of one program: typed, not decoded. */

/**
 * `booting` reads the superblocks; `waiting` may not serve, for a reason it shows; `joining` is being welcomed by the
 * peer; `serving` owns what the array state says; `taking-over` makes itself the owner of all.
 */
export type ControllerPhase = 'booting' | 'waiting' | 'joining' | 'serving' | 'taking-over'

/** What a controller says of itself. */
export interface PeerDescription {
  readonly phase: ControllerPhase
  /** Generation of its array state; -1 while it has none. */
  readonly generation: number
  /** How much of its NVRAM counts under the state it knows. The controller with more makes the first claim. */
  readonly nvramRank?: number
}

/**
 * On every message. A session is a pair of incarnations, and no message of an earlier session is ever delivered. Numbered
 * messages arrive in order and exactly once: those lost in a short cut of the link are sent again.
 */
export interface PeerStamp {
  /** Incarnation of the sender; grows with every start. */
  readonly from: number
  /** Incarnation it is meant for; 0 while the sender does not know it. */
  readonly to: number
  /** 1, 2, 3, … in this session and direction; 0: not numbered, may be lost. */
  readonly number: number
  /** All numbers up to this one have arrived here. */
  readonly received: number
}

/** Not numbered: they keep the session itself alive. */
export type SessionWords =
  /** First words after a start of either side. */
  | { readonly type: 'hello'; readonly description: PeerDescription }
  /** `sent`: the highest number sent so far, so that the loss of the last message is noticed too. */
  | { readonly type: 'heartbeat'; readonly description: PeerDescription; readonly sent: number }
  | { readonly type: 'resend'; readonly firstNumber: number }

/**
 * How an attempt to get service ownership ended. `moot`: there is nothing to give, because the scheme or the owner has changed
 * meanwhile. `refused`: the owner cannot give it up now.
 */
export type TransferOutcome = 'given' | 'moot' | 'refused'

export type IoForwardOutcome =
  'good' | 'medium-error' | 'hardware-error' | 'no-space' | 'transitioning' | 'busy' | 'unknown-end' | 'not-owner'

/** Of one volume. The last three have their blocks for themselves while they run. */
export type VolumeOperationKind = 'read' | 'write' | 'flush' | 'write-atomic' | 'or-write' | 'compare-and-write'

/** Numbered. */
export type PeerWords =
  /** To a newcomer: the current state. From here on it is a member of the pair. */
  | { readonly type: 'welcome'; readonly state: ArrayState }
  /** From the newcomer, once its own addresses are open: volumes may be given back. */
  | { readonly type: 'joined'; readonly generation: number }

  /** Commit: the service owner orders all changes. A non-owner proposes; `base` must be the owner's generation. */
  | {
      readonly type: 'commit-propose'
      readonly callId: number
      readonly base: number
      readonly state: ArrayState
      readonly cause?: TraceId | undefined
    }
  /** Comes after the `state-install` of everything that was committed before it. */
  | {
      readonly type: 'commit-outcome'
      readonly callId: number
      readonly outcome: 'committed' | 'conflict' | 'failed'
      readonly error?: ServiceError
    }
  | { readonly type: 'state-install'; readonly callId: number; readonly state: ArrayState; readonly cause?: TraceId | undefined }
  | { readonly type: 'state-installed'; readonly callId: number }

  /** Forwarded volume I/O of the non-owner. The buffer of `data` is transferred, so the sender keeps a copy. */
  | {
      readonly type: 'io-forward'
      readonly callId: number
      readonly volumeId: number
      readonly operation: VolumeOperationKind
      readonly firstBlock: number
      readonly blockCount: number
      readonly forceUnitAccess: boolean
      readonly data: readonly Uint8Array[]
      readonly request?: string | undefined
      readonly cause?: TraceId | undefined
    }
  /** Replaces an `io-forward` that has not arrived and whose command has been aborted. */
  | { readonly type: 'io-withdrawn'; readonly callId: number }
  | {
      readonly type: 'io-return'
      readonly callId: number
      readonly outcome: IoForwardOutcome
      readonly data: readonly Uint8Array[]
      readonly cause?: TraceId | undefined
    }
  /** Task management reaches the sessions at both controllers: see TaskEnd. */
  | {
      readonly type: 'tasks-end'
      readonly callId: number
      readonly unit: number | 'all'
      readonly isReset: boolean
      readonly of?: readonly NexusName[] | undefined
    }
  | { readonly type: 'tasks-ended'; readonly callId: number }
  | {
      readonly type: 'service-forward'
      readonly callId: number
      readonly request: ServiceRequest
      readonly route: readonly string[]
      readonly cause?: TraceId | undefined
    }
  | { readonly type: 'service-return'; readonly callId: number; readonly answer: ServiceAnswer; readonly cause?: TraceId | undefined }

  /** Scheme transfer-ownership: the receiver asks the ownership arbiter, the arbiter the service owner. At most one each at a time. */
  | { readonly type: 'arbiter-ask'; readonly callId: number; readonly request?: string | undefined; readonly cause?: TraceId | undefined }
  | { readonly type: 'arbiter-answer'; readonly callId: number; readonly outcome: TransferOutcome; readonly cause?: TraceId | undefined }
  | {
      readonly type: 'owner-relinquish'
      readonly callId: number
      readonly request?: string | undefined
      readonly cause?: TraceId | undefined
    }
  | {
      readonly type: 'owner-relinquished'
      readonly callId: number
      readonly outcome: TransferOutcome
      readonly cause?: TraceId | undefined
    }

  /** Move a volume: the owner finishes what is in flight, commits owner and epoch, and forwards what it held. */
  | {
      readonly type: 'volume-move'
      readonly callId: number
      readonly volumeId: number
      readonly by?: MovedBy | undefined
      readonly cause?: TraceId | undefined
    }
  | { readonly type: 'volume-moved'; readonly callId: number; readonly error?: ServiceError }

  /** The NVRAM mirror: the sender's own region for it is free; the receiver begins its stream. */
  | { readonly type: 'nvram-ready' }
  /** A new stream of log records, from the oldest that is not trimmed; whatever the mirror held is void. */
  | { readonly type: 'nvram-begin'; readonly logEpoch: number; readonly firstSequence: number }
  /** Encoded records, one a chunk, from `firstSequence` on; those below `trimmedTo` are on the drives. */
  | { readonly type: 'nvram-append'; readonly firstSequence: number; readonly trimmedTo: number; readonly data: readonly Uint8Array[] }
  | { readonly type: 'nvram-trim'; readonly trimmedTo: number }
  /** All up to this sequence are in the mirror. */
  | { readonly type: 'nvram-appended'; readonly sequence: number }
  /** The mirror is complete. From here on nothing is acknowledged without it. */
  | { readonly type: 'nvram-in-step' }
  | { readonly type: 'nvram-stamped' }

  /** The survivor gives up the returning controller's addresses: after the answer they may be opened. */
  | { readonly type: 'portals-release'; readonly callId: number }
  | { readonly type: 'portals-released'; readonly callId: number }
  /** A planned takeover: the peer closes its own addresses, since it will be halted after its answer. */
  | { readonly type: 'stand-down'; readonly callId: number }
  | { readonly type: 'stood-down'; readonly callId: number }

/** The words never change on the way. A message that is sent again has the same words under a new stamp. */
export interface PeerMessage extends PeerStamp {
  readonly words: SessionWords | PeerWords
}
