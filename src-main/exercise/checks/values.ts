import { because, type Reason, type ToldValue } from '../../contract/exercise-reason'
import type { TraceId } from '../../contract/trace'
import type { RequestEvidence } from '../evidence/evidence'
import type { Happening } from './run-book'
import { unknown, verdictOf, type Verdict } from './verdict'

/** A value of the language. A quantity may be known only to be within bounds: of a run that goes on, or where events are missing. */
export type Value =
  | { readonly type: 'truth'; readonly value: boolean }
  | { readonly type: 'quantity'; readonly least: number; readonly most: number; readonly why?: Reason }
  /** Text, a controller, or a place. */
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'event'; readonly event: Happening }
  | { readonly type: 'request'; readonly request: RequestEvidence }
  | { readonly type: 'gap'; readonly fromMs: number; readonly durationMs: number }
  | { readonly type: 'list'; readonly items: readonly Value[] }
  | { readonly type: 'ledger' }
  /** It is known that there is none: the event has no request, or was done by no controller. Equal to nothing. */
  | { readonly type: 'absent' }
  | { readonly type: 'unknown'; readonly why: Reason }

/** With the events that it is taken from. */
export interface Evaluated {
  readonly value: Value
  readonly events: readonly TraceId[]
}

export function evaluated(value: Value, events: readonly TraceId[] = []): Evaluated {
  return { value, events }
}

export function notKnown(why: Reason, events: readonly TraceId[] = []): Evaluated {
  return { value: { type: 'unknown', why }, events }
}

export function exactly(number: number): Value {
  return { type: 'quantity', least: number, most: number }
}

export function word(text: string): Value {
  return { type: 'word', word: text }
}

/** Whether a place is one that a place with a star stands for. */
export function fitsPlace(pattern: string, place: string): boolean {
  return pattern.endsWith('*') ? place.startsWith(pattern.slice(0, -1)) : pattern === place
}

/** Undefined: they have nothing to do with each other, or one of them is not known exactly. */
export function isEqual(one: Value, other: Value): boolean | undefined {
  if (one.type === 'unknown' || other.type === 'unknown') return undefined
  if (one.type === 'absent' || other.type === 'absent') return false
  if (one.type === 'quantity' && other.type === 'quantity') {
    if (one.most < other.least || other.most < one.least) return false
    return one.least === one.most && other.least === other.most ? true : undefined
  }
  if (one.type === 'word' && other.type === 'word') return fitsPlace(one.word, other.word) || fitsPlace(other.word, one.word)
  if (one.type === 'truth' && other.type === 'truth') return one.value === other.value
  if (one.type === 'event' && other.type === 'event') return one.event === other.event
  if (one.type === 'list' && other.type === 'list') return isEqualList(one.items, other.items)
  // The status of a response is a number, or a word if no status came.
  if (isNumberAndWord(one, other) || isNumberAndWord(other, one)) return false
  return undefined
}

function isNumberAndWord(one: Value, other: Value): boolean {
  return one.type === 'quantity' && other.type === 'word'
}

function isEqualList(one: readonly Value[], other: readonly Value[]): boolean | undefined {
  if (one.length !== other.length) return false
  const same = one.map((item, index) => isEqual(item, other[index] ?? item))
  return same.includes(false) ? false : same.includes(undefined) ? undefined : true
}

/** Of quantities. */
export function isLess(one: Value, other: Value, orEqual: boolean): boolean | undefined {
  if (one.type !== 'quantity' || other.type !== 'quantity') return undefined
  if (orEqual ? one.most <= other.least : one.most < other.least) return true
  if (orEqual ? one.least > other.most : one.least >= other.most) return false
  return undefined
}

/** A comparison of which both sides are there. */
export function compared(outcome: boolean | undefined, sides: readonly Evaluated[], whyNot: Reason): Verdict {
  const events = sides.flatMap((side) => side.events)
  return outcome === undefined ? unknown(whyUnsure(sides), events) : verdictOf(outcome, events, whyNot)
}

function whyUnsure(sides: readonly Evaluated[]): Reason {
  for (const { value } of sides) {
    if (value.type === 'unknown') return value.why
    if (value.type === 'quantity' && value.why !== undefined) return value.why
  }
  return because('notExact')
}

/** For people: what a reason says of it. */
export function toldValue(value: Value): ToldValue {
  switch (value.type) {
    case 'quantity':
      return toldQuantity(value.least, value.most)
    case 'truth':
      return value
    case 'word':
      return value
    case 'event':
      return { type: 'word', word: value.event.kind }
    case 'request':
      return { type: 'word', word: value.request.id }
    case 'gap':
      return { type: 'duration', ms: value.durationMs }
    case 'list':
      return { type: 'list', items: value.items.map(toldValue) }
    case 'ledger':
      return value
    case 'absent':
      return { type: 'none' }
    case 'unknown':
      return { type: 'unknown' }
  }
}

/** A file cannot keep what is not finite: a bound that there is not is left out. */
function toldQuantity(least: number, most: number): ToldValue {
  if (least === most) return { type: 'number', value: least }
  if (least === -Infinity) return most === Infinity ? { type: 'unknown' } : { type: 'range', most }
  return { type: 'range', least, ...(most === Infinity ? {} : { most }) }
}
