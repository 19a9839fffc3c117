import type { TraceKind } from '../../contract/trace'

/** What an expression or a pattern looks like once it is read (docs/exercise-checks.md). `at`: where in its text it begins. */
export type Expression =
  | { readonly type: 'literal'; readonly at: number; readonly value: Literal }
  | { readonly type: 'list'; readonly at: number; readonly items: readonly Expression[] }
  /** A field of the event at hand, an event named with `as`, or a value such as `violations`. */
  | { readonly type: 'name'; readonly at: number; readonly name: string }
  | { readonly type: 'call'; readonly at: number; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly type: 'field'; readonly at: number; readonly of: Expression; readonly name: string }
  | { readonly type: 'not'; readonly at: number; readonly operand: Expression }
  | { readonly type: 'and' | 'or'; readonly at: number; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'sum'; readonly at: number; readonly sign: '+' | '-'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'compare'; readonly at: number; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  /** `some P`, `no P`, `first P`, `last P`; a pattern by itself, which means `some` or `first`, as it is needed. */
  | { readonly type: 'events'; readonly at: number; readonly quantifier: Quantifier; readonly pattern: Pattern }
  /** `every P has C`. */
  | { readonly type: 'every'; readonly at: number; readonly pattern: Pattern; readonly condition: Expression }
  /** `E is before …`, `every P is followed by …`: of the event at hand if there is no `of`. */
  | { readonly type: 'relates'; readonly at: number; readonly of: Expression; readonly relation: Relation }
  /** `E is a P`. */
  | { readonly type: 'is-a'; readonly at: number; readonly of: Expression; readonly pattern: Pattern }

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>=', 'in'] as const
export type Comparison = (typeof COMPARISONS)[number]

export const QUANTIFIERS = ['some', 'no', 'first', 'last', 'plain'] as const
export type Quantifier = (typeof QUANTIFIERS)[number]

export type Literal =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'duration'; readonly ms: number }
  | { readonly type: 'lun'; readonly lun: number }
  | { readonly type: 'blocks'; readonly count: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'truth'; readonly value: boolean }
  | { readonly type: 'controller'; readonly controller: 'a' | 'b' }
  /** A place of the trace, with `*` for any rest: `drive-*`. */
  | { readonly type: 'place'; readonly place: string }

/** Kinds of things that happen and are not in the trace. */
export const OTHER_KINDS = ['violation', 'act'] as const
export type EventKind = TraceKind | (typeof OTHER_KINDS)[number]

/** Which events: `drive.write by b to drive-* where blockCount > 8 as w after takeover.fenced`. */
export interface Pattern {
  readonly at: number
  /** `drive.write`, `drive.*`, or names of shared patterns with a `@`; any of them. */
  readonly kinds: readonly string[]
  readonly filters: readonly Filter[]
  readonly where: Expression | undefined
  /** How other parts of the check call the event. */
  readonly as: string | undefined
  readonly relations: readonly Relation[]
}

/** `by`: a controller. `from` and `to`: a place or a list of places. */
export interface Filter {
  readonly type: 'by' | 'from' | 'to'
  readonly at: number
  readonly place: Expression
}

export type Relation =
  | { readonly type: 'before' | 'after' | 'under-way-at'; readonly at: number; readonly event: Expression }
  | {
      readonly type: 'within'
      readonly at: number
      readonly span: Expression
      readonly side: 'of' | 'after' | 'before'
      readonly event: Expression
    }
  | { readonly type: 'caused-by'; readonly at: number; readonly pattern: Pattern }
  | { readonly type: 'followed-by' | 'preceded-by'; readonly at: number; readonly pattern: Pattern; readonly span: Expression | undefined }

/** A check that is read and found to make sense. */
export interface Check {
  readonly text: string
  readonly expression: Expression
}

/** A pattern that starts something as soon as such an event happens. It has kinds, filters and `where`, and no relations. */
export interface Trigger {
  readonly text: string
  readonly pattern: Pattern
}
