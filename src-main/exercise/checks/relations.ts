import { because } from '../../contract/exercise-reason'
import { GOES_ON, idsOf, type Candidate, type Evaluation } from './evaluation'
import type { Happening } from './run-book'
import type { Pattern, Relation } from './syntax'
import { either, fails, holds, unknown, verdictOf, type Verdict } from './verdict'

type OfType<T extends Relation['type']> = Extract<Relation, { readonly type: T }>

/** Whether an event stands to others as a relation says. */
export function relates(evaluation: Evaluation, relation: Relation, candidate: Candidate): Verdict {
  switch (relation.type) {
    case 'before':
    case 'after':
    case 'under-way-at':
    case 'within':
      return toOne(evaluation, relation, candidate)
    case 'caused-by':
      return causedBy(evaluation, relation, candidate)
    case 'followed-by':
    case 'preceded-by':
      return nearby(evaluation, relation, candidate)
  }
}

type ToOne = OfType<'before' | 'after' | 'under-way-at' | 'within'>

function toOne(evaluation: Evaluation, relation: ToOne, { event, scope }: Candidate): Verdict {
  const other = evaluation.event(relation.event, scope)
  if ('why' in other) return unknown(other.why)
  switch (relation.type) {
    case 'before':
      return verdictOf(event.order < other.order)
    case 'after':
      return verdictOf(event.order > other.order)
    case 'under-way-at':
      return isUnderWay(evaluation, event, other)
    case 'within': {
      const span = evaluation.quantity(relation.span, scope)
      if ('why' in span) return unknown(span.why)
      const afterMs = event.timeMs - other.timeMs
      const isAfter = event.order > other.order
      const onSide = relation.side === 'of' || (relation.side === 'after') === isAfter
      return verdictOf(onSide && Math.abs(afterMs) <= span.number)
    }
  }
}

function isUnderWay({ book }: Evaluation, event: Happening, at: Happening): Verdict {
  if (event.order >= at.order) return verdictOf(false)
  const end = book.endOf(event)
  if (end !== undefined) return verdictOf(end.order > at.order)
  const endKind = book.endKindOf(event.kind)
  const missing = endKind === undefined ? undefined : book.missing([endKind])
  return missing === undefined ? holds() : unknown(missing)
}

function causedBy(evaluation: Evaluation, relation: OfType<'caused-by'>, { event, scope }: Candidate): Verdict {
  const { causes, isWhole } = evaluation.book.causesOf(event)
  const isKnown = isWhole || isAllLater(evaluation, relation.pattern, { event: causes.at(-1) ?? event, scope })
  let verdict: Verdict = isKnown ? fails() : unknown(because('causeMissing', { kind: event.kind }))
  for (const cause of causes) {
    const one = evaluation.fits(relation.pattern, { event: cause, scope })
    if (one.value === 'true') return one
    verdict = either(verdict, one)
  }
  return verdict
}

/** Whether what a pattern fits can only have come after an event: then it cannot have been a cause of it. */
function isAllLater(evaluation: Evaluation, { relations }: Pattern, { event, scope }: Candidate): boolean {
  return relations.some((relation) => {
    if (relation.type !== 'after' && !(relation.type === 'within' && relation.side === 'after')) return false
    const other = evaluation.event(relation.event, scope)
    return !('why' in other) && other.order >= event.order
  })
}

/** Whether there is an event of a pattern after or before this one. */
function nearby(evaluation: Evaluation, relation: OfType<'followed-by' | 'preceded-by'>, { event, scope }: Candidate): Verdict {
  const isAfter = relation.type === 'followed-by'
  const span = relation.span === undefined ? { number: Infinity } : evaluation.quantity(relation.span, scope)
  if ('why' in span) return unknown(span.why)
  const isNear = (other: Happening): boolean => {
    const afterMs = isAfter ? other.timeMs - event.timeMs : event.timeMs - other.timeMs
    return (isAfter ? other.order > event.order : other.order < event.order) && afterMs <= span.number
  }
  const { sure, maybe, missing, goesOn } = evaluation.matches(relation.pattern, scope, isNear)
  const found = sure.find(isNear)
  if (found !== undefined) return holds(idsOf([found]))
  const unsure = maybe.find((one) => isNear(one.event))
  if (unsure !== undefined) return unknown(unsure.why)
  if (missing !== undefined) return unknown(missing)
  const { untilMs } = evaluation.window
  if (isAfter && goesOn && event.timeMs + span.number > untilMs) return unknown(GOES_ON)
  if (isAfter && span.number !== Infinity && event.timeMs + span.number > untilMs)
    return unknown(because('endsAfter', { ms: Math.round(untilMs - event.timeMs), what: event.kind }))
  return fails(idsOf([event]))
}
