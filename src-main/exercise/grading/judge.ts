import { because, type Reason } from '../../contract/exercise-reason'
import { LIMITS } from '../../contract/limits'
import { Evaluator } from '../checks/evaluate'
import { GOES_ON, type Asked, type Window } from '../checks/evaluation'
import { visit } from '../checks/mentions'
import { kindsOf } from '../checks/matching'
import { RunBook, type Happening } from '../checks/run-book'
import type { EventKind, Expression } from '../checks/syntax'
import { unknown, type Verdict } from '../checks/verdict'
import type { Evidence } from '../evidence/evidence'
import type { Exercise, ExerciseCheck } from '../format/exercise'

/** `atMs`: of one that was false at a moment of the run: which, on the trace clock. */
export type MomentVerdict = Verdict & { readonly atMs?: number }

/** What one check comes to. An unknown one gains nothing, and is no failure. */
export interface JudgedCheck {
  readonly id: string
  readonly verdict: MomentVerdict
  /** That the learner gets, and could get. */
  readonly points: number
  readonly of: number
}

/** What is asked of a run, and of its learner. */
export type Judged = Pick<Exercise, 'checks' | 'predictions' | 'questions'>

/**
 * Asks each check of what a run left behind. None of them hides another: each has its own verdict, in the order of the file. `hints`: the
 * checks whose hints were looked at.
 */
export function judge(exercise: Judged, evidence: Evidence, hints: readonly string[] = []): readonly JudgedCheck[] {
  const book = new RunBook(evidence)
  const asked = askedIn(exercise, evidence)
  return exercise.checks.map((check) => {
    const verdict = judgeCheck({ check, book, asked })
    const cost = hints.includes(check.id) ? check.hintCost : 0
    return { id: check.id, verdict, points: verdict.value === 'true' ? Math.max(0, check.points - cost) : 0, of: check.points }
  })
}

/** What a learner was asked in an exercise, and what he said. */
export function askedIn({ predictions, questions }: Judged, evidence: Pick<Evidence, 'predictions' | 'answers'>): Asked {
  const all = [...predictions, ...questions]
  return {
    question: (id) => all.find((question) => question.id === id),
    reply: (id) => {
      const list = predictions.some((question) => question.id === id) ? evidence.predictions : evidence.answers
      return Object.hasOwn(list, id) ? list[id] : undefined
    },
  }
}

/** The whole run, so far as there is one. */
export function wholeRun({ evidence, happenings }: RunBook): Window {
  return { from: 0, to: happenings.length, fromMs: evidence.fromMs, untilMs: evidence.untilMs, isOver: evidence.isOver }
}

interface Asking {
  readonly check: ExerciseCheck
  readonly book: RunBook
  readonly asked: Asked
}

function judgeCheck({ check, book, asked }: Asking): MomentVerdict {
  const { when } = check
  const { expression } = check.check
  const ask = (window: Window): Verdict => new Evaluator({ book, window, asked }).judge(expression)
  switch (when.type) {
    case 'after':
      return ask(wholeRun(book))
    case 'before': {
      const window = beforeFirstAct(book)
      return window === undefined ? unknown(because('nothingDone')) : ask(window)
    }
    case 'within': {
      const window = windowAfter({ book, asked, when })
      return 'why' in window ? unknown(window.why) : ask(window)
    }
    case 'throughout':
      return atEveryMoment({ book, expression, ask })
  }
}

/** Up to the first act. Of a run in which nothing was done, all of it, once it is over. */
function beforeFirstAct(book: RunBook): Window | undefined {
  const [first] = book.ofKind('act')
  const whole = wholeRun(book)
  if (first === undefined) return whole.isOver ? whole : undefined
  return { ...whole, to: first.order, untilMs: first.timeMs, isOver: true }
}

interface After {
  readonly book: RunBook
  readonly asked: Asked
  readonly when: Extract<ExerciseCheck['when'], { readonly type: 'within' }>
}

/** From the first event of the pattern on, which is in it. */
function windowAfter({ book, asked, when }: After): Window | { readonly why: Reason } {
  const whole = wholeRun(book)
  const { value } = new Evaluator({ book, window: whole, asked }).find({
    type: 'events',
    at: 0,
    quantifier: 'first',
    pattern: when.after.pattern,
  })
  if (value.type !== 'event') return { why: value.type === 'unknown' ? value.why : because('noneOf', { what: when.after.text }) }
  const { order, timeMs } = value.event
  const untilMs = timeMs + when.ms
  const later = book.happenings.findIndex((one) => one.order > order && one.timeMs > untilMs)
  const isOver = whole.isOver || whole.untilMs >= untilMs
  if (whole.isOver && whole.untilMs < untilMs)
    return { why: because('endsAfter', { ms: Math.round(whole.untilMs - timeMs), what: when.after.text }) }
  return { from: order, to: later < 0 ? whole.to : later, fromMs: timeMs, untilMs: Math.min(untilMs, whole.untilMs), isOver }
}

interface Throughout {
  readonly book: RunBook
  readonly expression: Expression
  readonly ask: (window: Window) => Verdict
}

/**
 * Whether it holds at each moment at which its answer could change. The first moment at which it does not decides. A moment at which
 * nothing can be said yet does not count, if something can be said in the end.
 */
function atEveryMoment({ book, expression, ask }: Throughout): MomentVerdict {
  const whole = wholeRun(book)
  const moments = momentsOf(book, expression)
  if (moments.length > LIMITS.checkMoments) return unknown(because('tooManyMoments', { most: LIMITS.checkMoments }))
  for (const { to, atMs } of moments) {
    const verdict = ask({ ...whole, to, untilMs: atMs, isOver: true })
    if (verdict.value === 'false') return { ...verdict, atMs }
  }
  const inTheEnd = ask(whole)
  return whole.isOver || inTheEnd.value !== 'true' ? inTheEnd : unknown(GOES_ON)
}

interface Moment {
  /** Events before it. */
  readonly to: number
  readonly atMs: number
}

/** The changes of the pair, the starts and ends of outages, the events that the expression is about, and the end. */
function momentsOf(book: RunBook, expression: Expression): readonly Moment[] {
  const { evidence, happenings } = book
  const events = [...kindsIn(expression)].flatMap((kind) => book.ofKind(kind))
  const times = [
    ...evidence.frames.map(({ atMs }) => atMs),
    ...evidence.outages.flatMap(({ spans }) => spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs])),
    evidence.fromMs,
    evidence.untilMs,
  ].filter((atMs) => atMs >= evidence.fromMs && atMs <= evidence.untilMs)
  const moments = [
    ...events.map(({ order, timeMs }) => ({ to: order + 1, atMs: timeMs })),
    ...times.map((atMs) => ({ to: countUntil(happenings, atMs), atMs })),
  ]
  const seen = new Set<string>()
  return moments
    .toSorted((a, b) => a.to - b.to || a.atMs - b.atMs)
    .filter(({ to, atMs }) => {
      const key = `${to} ${atMs}`
      const isNew = !seen.has(key)
      seen.add(key)
      return isNew
    })
}

function kindsIn(expression: Expression): ReadonlySet<EventKind> {
  const kinds = new Set<EventKind>()
  visit(expression, { pattern: (pattern) => kindsOf(pattern).forEach((kind) => kinds.add(kind)) })
  return kinds
}

/** Happenings are in the order of their times. */
function countUntil(happenings: readonly Happening[], atMs: number): number {
  let [low, high] = [0, happenings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((happenings[middle]?.timeMs ?? Infinity) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}
