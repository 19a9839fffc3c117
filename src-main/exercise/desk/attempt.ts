import { failure, ok, type Result } from '../../base/result'
import type { AttemptAct, AttemptPhase, ExerciseGrades, PointsOf } from '../../contract/exercise-desk'
import type { Reply } from '../../contract/exercise-reply'
import { LIMITS } from '../../contract/limits'

/** One learner at one exercise, as it is kept on disk. Plain data: each step gives a new one. The error is a sentence. */
export interface Attempt {
  readonly phase: AttemptPhase
  readonly seed: number
  /** How often it was begun, this time included. */
  readonly tries: number
  readonly predictions: Readonly<Record<string, Reply>>
  readonly answers: Readonly<Record<string, Reply>>
  /** In the order of their events. */
  readonly acts: readonly AttemptAct[]
  /** Ids of the checks whose hints were taken, in this try or an earlier one: what was read is known. */
  readonly hints: readonly string[]
  readonly grades?: ExerciseGrades | undefined
  /** Of the best try that was graded. */
  readonly best?: PointsOf | undefined
  readonly passed: boolean
}

type Step = Result<Attempt, string>

/** What an attempt has to know of its exercise. */
export interface Asked {
  readonly predictions: readonly AskedQuestion[]
  readonly questions: readonly AskedQuestion[]
}
interface AskedQuestion {
  readonly id: string
  readonly kind: Reply['kind']
}

export function firstAttempt(seed: number): Attempt {
  return { phase: 'predicting', seed, tries: 1, predictions: {}, answers: {}, acts: [], hints: [], passed: false }
}

/** Another try begins. What was reached before stays, and so do hints and their cost. */
export function tryAgain({ seed, tries, hints, best, passed }: Attempt): Attempt {
  return { ...firstAttempt(seed), tries: tries + 1, hints, best, passed }
}

/** From here on the predictions cannot be changed. */
export function predict(attempt: Attempt, asked: Asked, predictions: Attempt['predictions']): Step {
  if (attempt.phase !== 'predicting') return failure('The predictions are locked. Begin a new try to change them.')
  const problem = problemOf(asked.predictions, predictions)
  return problem === undefined ? ok({ ...attempt, phase: 'running', predictions }) : failure(problem)
}

export function act(attempt: Attempt, done: AttemptAct): Step {
  if (attempt.phase !== 'running') return failure('You can act only while the run goes on.')
  const last = attempt.acts.at(-1)
  if (last !== undefined && done.event < last.event)
    return failure(`Your last act was at ${last.atMs.toFixed(1)} ms. Go on to there before you act again.`)
  if (attempt.acts.length >= LIMITS.exerciseActs)
    return failure(`You have done ${LIMITS.exerciseActs} things in this try. More is not possible.`)
  return ok({ ...attempt, acts: [...attempt.acts, done] })
}

/** The run is over. */
export function finish(attempt: Attempt, asked: Asked): Step {
  if (attempt.phase !== 'running') return failure('There is no run that could end.')
  return ok({ ...attempt, phase: asked.questions.length > 0 ? 'answering' : 'graded' })
}

export function answer(attempt: Attempt, asked: Asked, answers: Attempt['answers']): Step {
  if (attempt.phase !== 'answering') return failure('There is nothing to answer now.')
  const problem = problemOf(asked.questions, answers)
  return problem === undefined ? ok({ ...attempt, phase: 'graded', answers }) : failure(problem)
}

export function takeHint(attempt: Attempt, check: string): Step {
  if (attempt.phase === 'graded') return failure('This try is graded. Hints are for tries that go on.')
  return ok(attempt.hints.includes(check) ? attempt : { ...attempt, hints: [...attempt.hints, check] })
}

export function grade(attempt: Attempt, grades: ExerciseGrades): Attempt {
  const { best } = attempt
  const isBest = best === undefined || grades.points > best.points
  return {
    ...attempt,
    grades,
    best: isBest ? { points: grades.points, of: grades.of } : best,
    passed: attempt.passed || grades.passed,
  }
}

/** Each question has its reply, of its kind. Free text may stay empty, and an event may not have happened. */
function problemOf(questions: readonly AskedQuestion[], replies: Readonly<Record<string, Reply>>): string | undefined {
  for (const { id, kind } of questions) {
    const reply = replies[id]
    if (reply === undefined && kind !== 'text' && kind !== 'event') return `"${id}" has no reply yet.`
    if (reply !== undefined && reply.kind !== kind) return `"${id}" asks for another kind of reply (${kind}, not ${reply.kind}).`
  }
  const unasked = Object.keys(replies).find((id) => questions.every((question) => question.id !== id))
  return unasked === undefined ? undefined : `Nobody asks for "${unasked}".`
}
