import { because } from '../../contract/exercise-reason'
import type { Reply } from '../../contract/exercise-reply'
import { NO_SCOPE, type Evaluation } from './evaluation'
import { longestSpan } from './outages'
import type { Question } from './question'
import type { RunBook } from './run-book'
import { evaluated, exactly, isEqual, notKnown, word, type Evaluated, type Value } from './values'
import { unknown, verdictOf, type Verdict } from './verdict'

const NOBODY_SAYS = because('nothingIsRight')
const BY_HAND = because('byHand')

/** What a learner said, as a value. */
export function replyValue(book: RunBook, reply: Reply): Evaluated {
  switch (reply.kind) {
    case 'order':
      return evaluated({ type: 'list', items: reply.items.map(word) })
    case 'number':
      return evaluated(exactly(reply.value))
    case 'choice':
      return evaluated(word(reply.option))
    case 'gap':
      return evaluated({ type: 'gap', fromMs: reply.fromMs, durationMs: reply.durationMs })
    case 'blocks':
      return evaluated(listOfNumbers(reply.blocks))
    case 'event': {
      const event = book.event(reply.event)
      return event === undefined
        ? notKnown(because('noSuchEvent', { id: String(reply.event) }))
        : evaluated({ type: 'event', event }, [reply.event])
    }
    case 'text':
      return evaluated(word(reply.text))
  }
}

function listOfNumbers(numbers: readonly number[]): Value {
  return { type: 'list', items: [...new Set(numbers)].toSorted((a, b) => a - b).map(exactly) }
}

/** What happened, as the reply to a question would say it. */
export function actualOf(evaluation: Evaluation, question: Question): Evaluated {
  switch (question.kind) {
    case 'order':
      return actualOrder(evaluation, question)
    case 'choice':
      return actualChoice(evaluation, question)
    case 'gap':
      return longestSpan(evaluation, question.lun)
    case 'text':
      return notKnown(BY_HAND)
    case 'number':
    case 'blocks':
    case 'event':
      return question.actual === undefined ? notKnown(NOBODY_SAYS) : evaluation.value(question.actual, NO_SCOPE)
  }
}

type OfKind<K extends Question['kind']> = Extract<Question, { readonly kind: K }>

/** Items by the first event of each. */
function actualOrder(evaluation: Evaluation, { items }: OfKind<'order'>): Evaluated {
  const found: { readonly id: string; readonly order: number; readonly event: number | undefined }[] = []
  for (const { id, event } of items) {
    const { sure, maybe, missing } = evaluation.matches(event.pattern, NO_SCOPE)
    const [first] = sure
    const open = missing ?? maybe[0]?.why
    if (open !== undefined) return notKnown(open)
    if (first === undefined) return notKnown(because('noneOf', { what: event.text }))
    found.push({ id, order: first.order, event: first.id })
  }
  const inOrder = found.toSorted((a, b) => a.order - b.order)
  return evaluated(
    { type: 'list', items: inOrder.map(({ id }) => word(id)) },
    inOrder.flatMap(({ event }) => event ?? []),
  )
}

/** The first option that is true, if it is known that none before it is. */
function actualChoice(evaluation: Evaluation, { options }: OfKind<'choice'>): Evaluated {
  if (options.every(({ when }) => when === undefined)) return notKnown(NOBODY_SAYS)
  for (const { id, when } of options) {
    const { value, why, events } = when === undefined ? verdictOf(false) : evaluation.truth(when, NO_SCOPE)
    if (value === 'true') return evaluated(word(id), events)
    if (value === 'unknown') return notKnown(why, events)
  }
  return notKnown(because('noOption'))
}

/** Whether a reply says what happened, as nearly as the question asks. */
export function isRight(evaluation: Evaluation, question: Question, reply: Reply): Verdict {
  if (question.kind === 'text') return unknown(BY_HAND)
  if (question.kind === 'event' && question.actual?.type === 'events' && question.actual.quantifier === 'plain')
    return isOneOf(evaluation, question.actual.pattern, reply)
  const actual = actualOf(evaluation, question)
  if (actual.value.type === 'unknown') return unknown(actual.value.why, actual.events)
  const said = replyValue(evaluation.book, reply)
  const isSame = nearlyEqual(question, said.value, actual.value)
  return isSame === undefined ? unknown(because('notExact'), actual.events) : verdictOf(isSame, [...said.events, ...actual.events])
}

/** Any event of the pattern is right. */
function isOneOf(evaluation: Evaluation, pattern: Parameters<Evaluation['fits']>[0], reply: Reply): Verdict {
  if (reply.kind !== 'event') return verdictOf(false)
  const event = evaluation.book.event(reply.event)
  if (event === undefined) return verdictOf(false, [], because('noSuchEvent', { id: String(reply.event) }))
  const { value, why, events } = evaluation.fits(pattern, { event, scope: NO_SCOPE })
  const ids = [...(event.id === undefined ? [] : [event.id]), ...events]
  return value === 'unknown' ? unknown(why, ids) : verdictOf(value === 'true', ids)
}

function nearlyEqual(question: Question, said: Value, actual: Value): boolean | undefined {
  if (question.kind === 'number') return isNear(said, actual, question.tolerance)
  if (question.kind !== 'gap') return isEqual(said, question.kind === 'blocks' ? sorted(actual) : actual)
  if (said.type !== 'gap' || actual.type !== 'gap') return undefined
  const { toleranceMs } = question
  return Math.abs(said.fromMs - actual.fromMs) <= toleranceMs && Math.abs(said.durationMs - actual.durationMs) <= toleranceMs
}

/** Which blocks, not in which order. Drives are named by their places. */
function sorted(value: Value): Value {
  if (value.type !== 'list') return value
  const numbers = value.items.flatMap((item) => {
    if (item.type === 'quantity' && item.least === item.most) return [item.least]
    return item.type === 'word' && item.word.startsWith('drive-') ? [Number(item.word.slice('drive-'.length))] : []
  })
  return listOfNumbers(numbers)
}

function isNear(said: Value, actual: Value, tolerance: number): boolean | undefined {
  if (said.type !== 'quantity' || actual.type !== 'quantity') return undefined
  const apartLeast = Math.max(0, actual.least - said.least, said.least - actual.most)
  const apartMost = Math.max(Math.abs(said.least - actual.least), Math.abs(actual.most - said.least))
  if (apartMost <= tolerance) return true
  return apartLeast > tolerance ? false : undefined
}
