import { because } from '../../contract/exercise-reason'
import { GOES_ON, idsOf, type Evaluation, type Scope } from './evaluation'
import { scopeOf } from './matching'
import { printPattern } from './print'
import type { Happening } from './run-book'
import type { Expression, Pattern } from './syntax'
import { evaluated, exactly, notKnown, type Evaluated } from './values'

interface EventCall {
  readonly name: 'count' | 'max' | 'min' | 'sum' | 'in-order' | 'blocks-of' | 'cause-of' | 'root-of' | 'end-of' | 'time-between' | 'at'
  readonly parameters: readonly Expression[]
}

export function callEventFunction(evaluation: Evaluation, { name, parameters }: EventCall, scope: Scope): Evaluated {
  const [first, second] = parameters
  if (first === undefined) return notKnown(because('noArgument'))
  switch (name) {
    case 'count':
      return count(evaluation, patternOf(first), scope)
    case 'blocks-of':
      return blocksOf(evaluation, patternOf(first), scope)
    case 'in-order':
      return inOrder(evaluation, parameters.map(patternOf), scope)
    case 'max':
    case 'min':
    case 'sum':
      return second === undefined
        ? notKnown(because('noArgument'))
        : overEach(evaluation, { name, pattern: patternOf(first), each: second }, scope)
    case 'cause-of':
    case 'root-of':
    case 'end-of': {
      const event = evaluation.event(first, scope)
      return 'why' in event ? notKnown(event.why) : relative(evaluation, name, event)
    }
    case 'time-between':
    case 'at':
      return second === undefined ? notKnown(because('noArgument')) : ofEvent(evaluation, { name, first, second }, scope)
  }
}

/** Arguments that are patterns were found to be patterns when the file was read. */
function patternOf(expression: Expression): Pattern {
  if (expression.type === 'events') return expression.pattern
  throw new Error('a pattern of events is needed')
}

function count(evaluation: Evaluation, pattern: Pattern, scope: Scope): Evaluated {
  const { sure, maybe, missing, goesOn } = evaluation.matches(pattern, scope)
  const why = missing ?? (goesOn ? GOES_ON : maybe[0]?.why)
  const most = missing !== undefined || goesOn ? Infinity : sure.length + maybe.length
  return evaluated({ type: 'quantity', least: sure.length, most, ...(why === undefined ? {} : { why }) }, idsOf(sure))
}

/** Numbers of all blocks that the events are about, in order. */
function blocksOf(evaluation: Evaluation, pattern: Pattern, scope: Scope): Evaluated {
  const { sure, maybe, missing, goesOn } = evaluation.matches(pattern, scope)
  const open = missing ?? maybe[0]?.why ?? (goesOn ? GOES_ON : undefined)
  if (open !== undefined) return notKnown(open, idsOf(sure))
  const blocks = new Set(sure.flatMap(({ data }) => blocksIn(data['firstBlock'] ?? data['block'], data['blockCount'])))
  return evaluated({ type: 'list', items: [...blocks].toSorted((a, b) => a - b).map(exactly) }, idsOf(sure))
}

const MOST_BLOCKS = 65_536

function blocksIn(first: unknown, blockCount: unknown): readonly number[] {
  if (typeof first !== 'number') return []
  const length = typeof blockCount === 'number' ? Math.min(blockCount, MOST_BLOCKS) : 1
  return Array.from({ length }, (_, index) => first + index)
}

/** Whether the first of each comes after the first of the one before it. */
function inOrder(evaluation: Evaluation, patterns: readonly Pattern[], scope: Scope): Evaluated {
  const events: Happening[] = []
  for (const pattern of patterns) {
    const { sure, maybe, missing, goesOn } = evaluation.matches(pattern, scope)
    const [first] = sure
    const open = missing ?? maybe[0]?.why ?? (first === undefined && goesOn ? GOES_ON : undefined)
    if (open !== undefined) return notKnown(open)
    if (first === undefined) return notKnown(because('noneOf', { what: printPattern(pattern) }))
    events.push(first)
  }
  const value = events.every(({ order }, index) => order > (events[index - 1]?.order ?? -1))
  return evaluated({ type: 'truth', value }, idsOf(events))
}

interface Each {
  readonly name: 'max' | 'min' | 'sum'
  readonly pattern: Pattern
  readonly each: Expression
}

function overEach(evaluation: Evaluation, { name, pattern, each }: Each, scope: Scope): Evaluated {
  const { sure, maybe, missing, goesOn } = evaluation.matches(pattern, scope)
  const open = missing ?? maybe[0]?.why ?? (goesOn ? GOES_ON : undefined)
  if (open !== undefined) return notKnown(open)
  if (sure.length === 0 && name !== 'sum') return notKnown(because('noneOf', { what: printPattern(pattern) }))
  let result: { readonly number: number; readonly of: readonly Happening[] } | undefined
  for (const event of sure) {
    const one = evaluation.quantity(each, scopeOf(event, pattern, scope))
    if ('why' in one) return notKnown(one.why, idsOf([event]))
    if (result === undefined) result = { number: one.number, of: [event] }
    else if (name === 'sum') result = { number: result.number + one.number, of: [...result.of, event] }
    else if (name === 'max' ? one.number > result.number : one.number < result.number) result = { number: one.number, of: [event] }
  }
  return evaluated(exactly(result?.number ?? 0), idsOf(result?.of ?? []))
}

function relative({ book, window }: Evaluation, name: 'cause-of' | 'root-of' | 'end-of', event: Happening): Evaluated {
  if (name === 'end-of') {
    const end = book.endOf(event)
    if (end !== undefined && end.order < window.to) return evaluated({ type: 'event', event: end }, idsOf([end]))
    return notKnown(window.isOver ? because('neverAnswered', { kind: event.kind }) : GOES_ON, idsOf([event]))
  }
  const { causes, isWhole } = book.causesOf(event)
  const [direct] = causes
  if (direct === undefined) return notKnown(because('noCause', { kind: event.kind }), idsOf([event]))
  if (name === 'cause-of') return evaluated({ type: 'event', event: direct }, idsOf([direct]))
  if (!isWhole) return notKnown(because('rootMissing', { kind: event.kind }), idsOf([event]))
  const root = causes.at(-1) ?? direct
  return evaluated({ type: 'event', event: root }, idsOf([root]))
}

interface OfEvent {
  readonly name: 'time-between' | 'at'
  readonly first: Expression
  readonly second: Expression
}

function ofEvent(evaluation: Evaluation, { name, first, second }: OfEvent, scope: Scope): Evaluated {
  const event = evaluation.event(first, scope)
  if ('why' in event) return notKnown(event.why)
  if (name === 'at') {
    const then = evaluation.upTo(event).value(second, scope)
    return { value: then.value, events: [...idsOf([event]), ...then.events] }
  }
  const other = evaluation.event(second, scope)
  if ('why' in other) return notKnown(other.why)
  return evaluated(exactly(Math.abs(other.timeMs - event.timeMs)), idsOf([event, other]))
}
