import { because } from '../../contract/exercise-reason'
import type { Reply } from '../../contract/exercise-reply'
import type { TraceId } from '../../contract/trace'
import { Evaluator } from '../checks/evaluate'
import type { Question } from '../checks/question'
import { actualOf, isRight } from '../checks/question-functions'
import { RunBook } from '../checks/run-book'
import type { Value } from '../checks/values'
import { unknown, type Verdict } from '../checks/verdict'
import type { Evidence } from '../evidence/evidence'
import type { SolutionReply } from '../format/exercise'
import { askedIn, wholeRun, type Judged } from './judge'

/** What was asked, what was said, and what happened. */
export interface ReplyResult {
  readonly id: string
  readonly said: Reply | undefined
  /** Undefined: it is not known. */
  readonly actual: Reply | undefined
  readonly right: Verdict['value']
  readonly events: readonly TraceId[]
}

/** Each prediction and each answer beside what happened, in the order of the file. */
export function compareReplies(exercise: Judged, evidence: Evidence): readonly ReplyResult[] {
  const asked = askedIn(exercise, evidence)
  const evaluator = evaluatorOf(exercise, evidence)
  return [...exercise.predictions, ...exercise.questions].map((question) => {
    const said = asked.reply(question.id)
    const actual = findActual(evaluator, question)
    const verdict = said === undefined ? unknown(because('notSaid', { id: question.id })) : rightness(evaluator, question, said)
    return {
      id: question.id,
      said,
      actual: actual.reply,
      right: verdict.value,
      events: [...new Set([...verdict.events, ...actual.events])],
    }
  })
}

export interface Said {
  readonly predictions: Readonly<Record<string, SolutionReply>>
  readonly answers: Readonly<Record<string, SolutionReply>>
}

/** Evidence with what a solution says: `right` and `first` are filled in from its run. A reply that the run does not tell is left out. */
export function withReplies(exercise: Judged, evidence: Evidence, said: Said): Evidence {
  const evaluator = evaluatorOf(exercise, evidence)
  const fill = (questions: readonly Question[], replies: Said['predictions']): Evidence['predictions'] =>
    Object.fromEntries(
      questions.flatMap((question) => {
        const given = Object.hasOwn(replies, question.id) ? replies[question.id] : undefined
        const reply = given && filled(evaluator, question, given)
        return reply === undefined ? [] : [[question.id, reply] as const]
      }),
    )
  return { ...evidence, predictions: fill(exercise.predictions, said.predictions), answers: fill(exercise.questions, said.answers) }
}

function evaluatorOf(exercise: Judged, evidence: Evidence): Evaluator {
  const book = new RunBook(evidence)
  return new Evaluator({ book, window: wholeRun(book), asked: askedIn(exercise, evidence) })
}

function filled(evaluator: Evaluator, question: Question, given: SolutionReply): Reply | undefined {
  if (given.kind === 'right') return findActual(evaluator, question).reply
  if (given.kind !== 'first') return given
  const { value } = evaluator.find({ type: 'events', at: 0, quantifier: 'first', pattern: given.event.pattern })
  return value.type === 'event' ? replyOf(question, value) : undefined
}

/** Never throws: what goes wrong in the checker is nobody's failure. */
function findActual(evaluator: Evaluator, question: Question): { readonly reply: Reply | undefined; readonly events: readonly TraceId[] } {
  try {
    const { value, events } = actualOf(evaluator, question)
    return { reply: replyOf(question, value), events }
  } catch {
    return { reply: undefined, events: [] }
  }
}

function rightness(evaluator: Evaluator, question: Question, said: Reply): Verdict {
  try {
    return isRight(evaluator, question, said)
  } catch (error) {
    return unknown(because('checkFailed', { error: error instanceof Error ? error.message : String(error) }))
  }
}

/** A value as a reply to a question would say it. */
function replyOf({ kind }: Question, value: Value): Reply | undefined {
  switch (value.type) {
    case 'quantity':
      return kind === 'number' && value.least === value.most ? { kind, value: value.least } : undefined
    case 'word':
      return kind === 'choice' ? { kind, option: value.word } : undefined
    case 'gap':
      return { kind: 'gap', fromMs: value.fromMs, durationMs: value.durationMs }
    case 'event':
      return value.event.id === undefined ? undefined : { kind: 'event', event: value.event.id }
    case 'list':
      return kind === 'order' ? { kind, items: value.items.flatMap(wordsOf) } : { kind: 'blocks', blocks: value.items.flatMap(numbersOf) }
    default:
      return undefined
  }
}

function wordsOf(value: Value): readonly string[] {
  return value.type === 'word' ? [value.word] : []
}

function numbersOf(value: Value): readonly number[] {
  if (value.type === 'quantity') return [value.least]
  return value.type === 'word' && value.word.startsWith('drive-') ? [Number(value.word.slice('drive-'.length))] : []
}
