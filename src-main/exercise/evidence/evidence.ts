import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { Reason } from '../../contract/exercise-reason'
import type { LedgerCounts } from '../../contract/host'
import type { JsonObject } from '../../contract/json'
import type { ServiceErrorCode } from '../../contract/service-request'
import type { ControllerState } from '../../contract/snapshot'
import type { Place, TraceEvent, TraceId, TraceKind } from '../../contract/trace'
import type { Reply } from '../../contract/exercise-reply'

/**
 * What a run left behind: plain data, the same of a simulated run, of the live lab and of a recording. All times are milliseconds on the
 * trace clock of the run. What nobody knows is left out, and a check that needs it is `unknown`: nothing here is ever guessed.
 */
export interface Evidence {
  readonly source: 'simulated' | 'live' | 'recording'
  /** Where the run begins and ends, or how far it is. */
  readonly fromMs: number
  readonly untilMs: number
  /** Nothing more will happen. A verdict on a run that goes on is final only where more events cannot change it. */
  readonly isOver: boolean
  /** In the order of their times; of equal times in the order of the trace. */
  readonly events: readonly TraceEvent[]
  /** Kinds of which some events may be missing. Kinds that are named here nowhere are complete. */
  readonly incomplete: readonly IncompleteKinds[]
  /** By LUN. A LUN that is not there was not measured. */
  readonly outages: readonly LunOutages[]
  /** In the order in which they were first sent. */
  readonly requests: readonly RequestEvidence[]
  readonly ledger: LedgerEvidence
  /** In the order of their times: the first one is of the beginning, and there is another one after each change. */
  readonly frames: readonly ConfigurationFrame[]
  /** What the checkers of the simulator found. Undefined: no checker looked. */
  readonly violations: readonly ViolationEvidence[] | undefined
  /** What the learner and the script did, in order. */
  readonly acts: readonly ActEvidence[]
  /** Locked before the run, by the id of the prediction. */
  readonly predictions: Readonly<Record<string, Reply>>
  /** Given after the run, by the id of the question. */
  readonly answers: Readonly<Record<string, Reply>>
}

export interface IncompleteKinds {
  readonly kinds: readonly TraceKind[]
  readonly why: Reason
}

/** Times in which a LUN did not answer its host. */
export interface LunOutages {
  readonly lun: number
  readonly spans: readonly OutageSpan[]
  /** Shorter waits are not listed here: they are usual, or too many. */
  readonly leastMs: number
  /** `all`: every one of at least `leastMs` is here. `longest`: there may be others, none of them longer than the longest here. */
  readonly listed: 'all' | 'longest'
}

export interface OutageSpan {
  readonly fromMs: number
  /** So far, if it is not over. */
  readonly toMs: number
  readonly isOver: boolean
}

/** A service request, with every time that it was sent. */
export interface RequestEvidence {
  readonly id: string
  readonly name: string
  /** In order. */
  readonly sent: readonly SentRequest[]
  /** Events of the trace in which a controller carried it out. Undefined: nobody knows how often it ran. */
  readonly ran: readonly TraceId[] | undefined
}

export interface SentRequest {
  readonly atMs: number
  readonly to: ControllerId
  /** The event of its arrival, if it arrived and is in the trace. */
  readonly received?: TraceId
  /** Absent: no answer came, or none yet. */
  readonly answer?: RequestAnswer
}

export interface RequestAnswer {
  readonly atMs: number
  /** Which controller took it in and answered it. */
  readonly receivedBy?: ControllerId
  /** Which controller carried it out; absent of an error. */
  readonly servedBy?: ControllerId
  readonly outcome: 'good' | ServiceErrorCode
  readonly event?: TraceId
}

/** Each figure is left out if nobody counted it. `at`: the event after which it was counted, if there is one. */
export type LedgerEvidence = { readonly [K in LedgerFigure]?: number | undefined } & { readonly at?: TraceId }
export const LEDGER_FIGURES = ['acknowledged', 'verified', 'retried', 'unknown', 'lost'] as const satisfies readonly (keyof LedgerCounts)[]
export type LedgerFigure = (typeof LEDGER_FIGURES)[number]

/** How the pair stood from a time on. */
export interface ConfigurationFrame {
  readonly atMs: number
  /** The newest event that had happened. */
  readonly event?: TraceId
  readonly controllers: Readonly<Record<ControllerId, ControllerFrame>>
  /** Configuration, owners and policies; undefined until a controller is up. Its `completedRequests` may have been left out. */
  readonly array: ArrayState | undefined
  readonly interconnect: 'up' | 'cut'
  /** By number. */
  readonly drives: readonly ('online' | 'failed' | 'rebuilding')[]
}

export interface ControllerFrame {
  readonly state: ControllerState
  /** Who serves its addresses. */
  readonly servedBy: ControllerId | undefined
  /** The copy of its NVRAM log at the peer. */
  readonly mirror?: 'in-step' | 'resyncing' | 'away' | 'off'
}

export interface ViolationEvidence {
  readonly checker: string
  readonly sentence: string
  readonly atMs: number
  readonly place?: Place
  /** The newest event of the trace when it was found. */
  readonly event?: TraceId
}

export interface ActEvidence {
  readonly by: 'learner' | 'script'
  readonly act: string
  readonly parameters: JsonObject
  readonly atMs: number
  /** The first event that it made, if it made one; otherwise the newest before it. */
  readonly event?: TraceId
}
