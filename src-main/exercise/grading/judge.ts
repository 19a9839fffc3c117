import { LIMITS } from '../../contract/limits'
import type { Reply } from '../../contract/exercise-reply'
import { isBulk, type TraceKind } from '../../contract/trace'
import { Evaluator } from '../checks/evaluate'
import type { Asked, Window } from '../checks/evaluation'
import { actualOf } from '../checks/question-functions'
import type { Question } from '../checks/question'
import { RunBook, type Happening } from '../checks/run-book'
import { triggerFits } from '../checks/trigger'
import { unknown, type Verdict } from '../checks/verdict'
import type { Evidence } from '../evidence/evidence'
import type { Exercise, ExerciseCheck } from '../format/exercise'

export interface JudgedCheck {
  readonly id: string
  readonly verdict: Verdict
  /** That the learner gets, and could get. */
  readonly points: number
  readonly of: number
}

type Judged = Pick<Exercise, 'checks' | 'predictions' | 'questions'>

/** Asks all checks of an exercise, each by itself: what one of them finds changes nothing for the others. `hints`: that were looked at. */
export function judge(exercise: Judged, evidence: Evidence, hints: readonly string[] = []): readonly JudgedCheck[] {
  const book = new RunBook(evidence)
  const asked = askedIn(exercise, evidence)
  return exercise.checks.map((check) => {
    const verdict = verdictOn(check, book, asked)
    const cost = hints.includes(check.id) ? check.hintCost : 0
    return { id: check.id, verdict, points: verdict.value === 'true' ? Math.max(0, check.points - cost) : 0, of: check.points }
  })
}

/** What the right reply to a question would have been in this run. Undefined: nobody can say. */
export function rightReply(exercise: Judged, question: Question, evidence: Evidence): Reply | undefined {
  if (question.kind === 'text') return { kind: 'text', text: '' }
  const book = new RunBook(evidence)
  const { value } = actualOf(new Evaluator({ book, asked: askedIn(exercise, evidence), window: wholeRun(book) }), question)
  if (value.type === 'gap') return { kind: 'gap', fromMs: value.fromMs, durationMs: value.durationMs }
  if (value.type === 'quantity') return { kind: 'number', value: value.least }
  if (value.type === 'event') return value.event.id === undefined ? undefined : { kind: 'event', event: value.event.id }
  if (value.type === 'word') return { kind: 'choice', option: value.word }
  if (value.type !== 'list') return undefined
  if (question.kind === 'order') return { kind: 'order', items: value.items.flatMap((one) => (one.type === 'word' ? [one.word] : [])) }
  const numbers = value.items.flatMap((one) => {
    if (one.type === 'word') return [Number(one.word.replace(/^drive-/, ''))]
    return one.type === 'quantity' ? [one.least] : []
  })
  return { kind: 'blocks', blocks: [...new Set(numbers)] }
}

function askedIn({ predictions, questions }: Judged, evidence: Evidence): Asked {
  const all = [...predictions, ...questions]
  return {
    question: (id) => all.find((one) => one.id === id),
    reply: (id) => evidence.predictions[id] ?? evidence.answers[id],
  }
}

function verdictOn({ when, check }: Pick<ExerciseCheck, 'when' | 'check'>, book: RunBook, asked: Asked): Verdict {
  const whole = wholeRun(book)
  const verdictIn = (window: Window): Verdict => new Evaluator({ book, asked, window }).judge(check.expression)
  switch (when.type) {
    case 'after':
      return verdictIn(whole)
    case 'before': {
      const first = book.happenings.find(({ kind }) => kind === 'act')
      return first === undefined ? verdictIn(whole) : verdictIn({ ...whole, to: first.order, untilMs: first.timeMs, isOver: true })
    }
    case 'within': {
      const { events, frames } = book.evidence
      const event = events.find((one) => triggerFits(when.after, one, frames))
      const begin = event && book.event(event.id)
      if (begin === undefined) return unknown(`there was no ${when.after.text}`)
      return verdictIn(after(begin, when.ms, book))
    }
    case 'throughout':
      return throughout(
        book,
        (moment) => new Evaluator({ book, asked, window: whole }).upTo(moment).judge(check.expression),
        verdictIn(whole),
      )
  }
}

function wholeRun({ happenings, evidence: { fromMs, untilMs, isOver } }: RunBook): Window {
  return { from: 0, to: happenings.length, fromMs, untilMs, isOver }
}

/** The time that begins with an event. */
function after(begin: Happening, ms: number, { happenings, evidence }: RunBook): Window {
  const untilMs = begin.timeMs + ms
  const end = happenings.find(({ timeMs }) => timeMs > untilMs)
  const isOver = evidence.isOver || evidence.untilMs >= untilMs
  return {
    from: begin.order,
    to: end?.order ?? happenings.length,
    fromMs: begin.timeMs,
    untilMs: Math.min(untilMs, evidence.untilMs),
    isOver,
  }
}

/** False at one moment is false. Moments at which nothing can be said yet do not count, if something can be said at the end. */
function throughout(book: RunBook, at: (moment: Happening) => Verdict, atTheEnd: Verdict): Verdict {
  const moments = book.happenings.filter(({ kind }) => kind === 'act' || kind === 'violation' || !isBulk(kind satisfies TraceKind))
  const every = Math.ceil(moments.length / LIMITS.checkMoments)
  for (const [index, moment] of moments.entries()) {
    if (index % every !== 0) continue
    const verdict = at(moment)
    if (verdict.value === 'false') return verdict
  }
  return atTheEnd
}
