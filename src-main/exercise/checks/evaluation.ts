import { because, type Reason } from '../../contract/exercise-reason'
import type { TraceId } from '../../contract/trace'
import type { Reply } from '../../contract/exercise-reply'
import type { Question } from './question'
import type { Happening, RunBook } from './run-book'
import type { Expression, Pattern, Relation } from './syntax'
import type { Evaluated } from './values'
import type { Verdict } from './verdict'

/** The part of a run that a check looks at: events by their order, `to` excluded. */
export interface Window {
  readonly from: number
  readonly to: number
  readonly fromMs: number
  readonly untilMs: number
  /** Nothing more will come in this window. */
  readonly isOver: boolean
}

/** What an expression may use besides the run: the event at hand, and events that were given names. */
export interface Scope {
  readonly event: Happening | undefined
  readonly named: ReadonlyMap<string, Happening>
}

export const NO_SCOPE: Scope = { event: undefined, named: new Map() }

/** What a learner was asked, and what he said. */
export interface Asked {
  question(id: string): Question | undefined
  reply(id: string): Reply | undefined
}

/** What is known of the events that a pattern fits. */
export interface Matches {
  /** In order. */
  readonly sure: readonly Happening[]
  /** Of these it is unknown. */
  readonly maybe: readonly { readonly event: Happening; readonly why: Reason }[]
  /** Why there may be others that are not in the trace. */
  readonly missing: Reason | undefined
  /** The run goes on, so there may be later ones. */
  readonly goesOn: boolean
}

/** An event that may fit a pattern, or stand in a relation, in what surrounds it. */
export interface Candidate {
  readonly event: Happening
  readonly scope: Scope
}

/** An expression on its way, as the parts of the evaluator see each other. */
export interface Evaluation {
  readonly book: RunBook
  readonly window: Window
  readonly asked: Asked
  /** Counts one look at something; ends the evaluation where there are too many. */
  step(): void
  truth(expression: Expression, scope: Scope): Verdict
  value(expression: Expression, scope: Scope): Evaluated
  /** The one event that an expression stands for. */
  event(expression: Expression, scope: Scope): Happening | { readonly why: Reason }
  /** A quantity that is known exactly, without its unit. */
  quantity(expression: Expression, scope: Scope): { readonly number: number } | { readonly why: Reason }
  /** `near`: only whether there is one of which this is true is asked. */
  matches(pattern: Pattern, scope: Scope, near?: (event: Happening) => boolean): Matches
  fits(pattern: Pattern, candidate: Candidate): Verdict
  relates(relation: Relation, candidate: Candidate): Verdict
  /** The same run up to an event, which is the last one. */
  upTo(event: Happening): Evaluation
}

export const GOES_ON = because('goesOn')

export function idsOf(events: readonly Happening[]): readonly TraceId[] {
  return events.flatMap(({ id }) => id ?? [])
}
