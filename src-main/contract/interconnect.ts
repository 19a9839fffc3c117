import type { ArrayState } from './array-state'
import type { ServiceAnswer, ServiceRequest } from './service-request'
import type { TraceId } from './trace'

/** What the two controllers say to each other. Between threads of one program: typed, not decoded. */

/** `booting` has nothing yet; `waiting` cannot reach a living peer; `serving` owns what the array state says. */
export type ControllerPhase = 'booting' | 'waiting' | 'joining' | 'serving' | 'taking-over'

export type PeerMessage =
  | { readonly type: 'heartbeat'; readonly sequence: number; readonly phase: ControllerPhase; readonly generation: number }
  /** First words after a (re)start of either side or a mended link. `incarnation` grows with every start. */
  | { readonly type: 'hello'; readonly incarnation: number; readonly phase: ControllerPhase; readonly generation: number; readonly answer: boolean }
  /** To a newcomer: this is how things stand; join me. */
  | { readonly type: 'welcome'; readonly state: ArrayState }
  | { readonly type: 'joined'; readonly generation: number }

  /** Commit: the service owner orders all changes. A non-owner proposes; `base` must be the owner's generation. */
  | { readonly type: 'commit-propose'; readonly callId: number; readonly base: number; readonly state: ArrayState }
  | { readonly type: 'commit-outcome'; readonly callId: number; readonly outcome: 'committed' | 'conflict'; readonly state?: ArrayState }
  | { readonly type: 'state-install'; readonly callId: number; readonly state: ArrayState }
  | { readonly type: 'state-installed'; readonly callId: number }

  /** Volume I/O at the non-owner, forwarded. `data` is handed over. */
  | {
      readonly type: 'io-forward'
      readonly callId: number
      readonly volumeId: number
      readonly operation: 'read' | 'write' | 'flush'
      readonly firstBlock: number
      readonly blockCount: number
      readonly forceUnitAccess: boolean
      readonly data: readonly Uint8Array[]
      readonly request?: string | undefined
      readonly cause?: TraceId | undefined
    }
  | {
      readonly type: 'io-return'
      readonly callId: number
      readonly outcome: 'good' | 'medium-error' | 'hardware-error' | 'transitioning' | 'busy' | 'not-owner'
      readonly data: readonly Uint8Array[]
      readonly cause?: TraceId | undefined
    }

  | { readonly type: 'service-forward'; readonly callId: number; readonly request: ServiceRequest; readonly route: readonly string[]; readonly cause?: TraceId | undefined }
  | { readonly type: 'service-return'; readonly callId: number; readonly answer: ServiceAnswer; readonly cause?: TraceId | undefined }

  /** Move a volume: the owner finishes what is in flight, commits owner and epoch, and holds or forwards the rest. */
  | { readonly type: 'volume-move'; readonly callId: number; readonly volumeId: number; readonly reason: string }
  | { readonly type: 'volume-moved'; readonly callId: number; readonly outcome: 'moved' | 'refused'; readonly message?: string }

  /** The survivor gives up the returning controller's addresses: after this they may be opened. */
  | { readonly type: 'portals-release'; readonly callId: number }
  | { readonly type: 'portals-released'; readonly callId: number }
