import type { Reason } from '../../contract/exercise-reason'
import { kindsNamed } from './event-kinds'
import type { Candidate, Evaluation, Matches, Scope } from './evaluation'
import { doerOf, type Happening } from './run-book'
import type { EventKind, Filter, Pattern } from './syntax'
import { isEqual } from './values'
import { both, holds, unknown, verdictOf, type Verdict } from './verdict'

const KINDS = new WeakMap<Pattern, ReadonlySet<EventKind>>()

export function kindsOf(pattern: Pattern): ReadonlySet<EventKind> {
  const known = KINDS.get(pattern)
  if (known !== undefined) return known
  const kinds = new Set(pattern.kinds.flatMap((name) => kindsNamed(name) ?? []))
  KINDS.set(pattern, kinds)
  return kinds
}

/** Events of the window that a pattern fits: all, or with `near` the first one of which that is true, and what is unknown before it. */
export function matchesOf(evaluation: Evaluation, pattern: Pattern, scope: Scope, near?: (event: Happening) => boolean): Matches {
  const kinds = [...kindsOf(pattern)]
  const { book, window } = evaluation
  const sure: Happening[] = []
  const maybe: { readonly event: Happening; readonly why: Reason }[] = []
  for (const event of inOrder(kinds.map((kind) => book.ofKind(kind)))) {
    if (event.order < window.from || event.order >= window.to || near?.(event) === false) continue
    const { value, why } = evaluation.fits(pattern, { event, scope })
    if (value === 'true') sure.push(event)
    else if (value === 'unknown') maybe.push({ event, why })
    if (near !== undefined && sure.length > 0) break
  }
  return { sure, maybe, missing: book.missing(kinds), goesOn: !window.isOver }
}

function inOrder(lists: readonly (readonly Happening[])[]): readonly Happening[] {
  const [only, ...others] = lists.filter(({ length }) => length > 0)
  if (only === undefined) return []
  return others.length === 0 ? only : [only, ...others].flat().toSorted((a, b) => a.order - b.order)
}

/** Whether a pattern fits one event, wherever in the run that is. */
export function fits(evaluation: Evaluation, pattern: Pattern, { event, scope }: Candidate): Verdict {
  evaluation.step()
  if (!kindsOf(pattern).has(event.kind)) return verdictOf(false)
  const inside = scopeOf(event, pattern, scope)
  let verdict: Verdict = holds()
  for (const filter of pattern.filters) {
    verdict = both(verdict, passes(evaluation, filter, { event, scope }))
    if (verdict.value === 'false') return verdict
  }
  if (pattern.where !== undefined) verdict = both(verdict, evaluation.truth(pattern.where, inside))
  for (const relation of pattern.relations) {
    if (verdict.value === 'false') return verdict
    verdict = both(verdict, evaluation.relates(relation, { event, scope: inside }))
  }
  return verdict
}

/** What an expression about an event of a pattern may use. */
export function scopeOf(event: Happening, { as }: Pattern, scope: Scope): Scope {
  return { event, named: as === undefined ? scope.named : new Map([...scope.named, [as, event]]) }
}

function passes(evaluation: Evaluation, filter: Filter, { event, scope }: Candidate): Verdict {
  const place = filter.type === 'by' ? doerOf(event) : filter.type === 'from' ? event.place : event.to
  if (place === undefined) return verdictOf(false)
  // Only events with a name of their own count here, not the one at hand: so a pattern finds the same wherever it stands.
  const { value } = evaluation.value(filter.place, { event: undefined, named: scope.named })
  if (value.type === 'unknown') return unknown(value.why)
  const places = value.type === 'list' ? value.items : [value]
  return verdictOf(places.some((one) => isEqual(one, { type: 'word', word: place }) === true))
}
