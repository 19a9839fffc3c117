import * as v from 'valibot'
import type { Reason } from './exercise-reason'
import { replySchema, type Reply } from './exercise-reply'
import type { JsonObject } from './json'
import { languageSchema, type Language } from './language'
import { LIMITS } from './limits'
import type { TraceId } from './trace'

/**
 * Where a learner does exercises: which there are, how far each learner is, and the attempt that is open. One desk a lab: all windows see
 * the same. The run of an exercise is shown by the player (contract/simulation).
 */

/** Predictions are made first and locked. Then the learner acts. Then there are questions, if the author has some. Then it is graded. */
export const ATTEMPT_PHASES = ['predicting', 'running', 'answering', 'graded'] as const
export type AttemptPhase = (typeof ATTEMPT_PHASES)[number]

export type ExerciseLevel = 'beginner' | 'intermediate' | 'advanced'

export interface ExerciseEntry {
  readonly id: string
  readonly title: string
  /** Of its texts: that of the learner, where there is a translation. */
  readonly language: Language
  readonly level: ExerciseLevel
  readonly minutes: number
  readonly outcomes: readonly string[]
  /** Ids, each with whether this learner has passed it. */
  readonly prerequisites: readonly { readonly id: string; readonly passed: boolean }[]
  readonly kind: 'simulated' | 'live' | 'recording'
  /** Of the learner at the desk. Undefined: not begun. */
  readonly progress: ExerciseProgress | undefined
  /** What is wrong with its file, each with file, line and what to do. Such an exercise cannot be opened. */
  readonly problems: readonly string[]
}

export interface ExerciseProgress {
  readonly phase: AttemptPhase
  readonly tries: number
  /** Of the best try that was graded. */
  readonly best: PointsOf | undefined
  readonly passed: boolean
}

export interface PointsOf {
  readonly points: number
  readonly of: number
}

/** A question as its learner sees it, without what is right. */
export type SheetQuestion = { readonly id: string; readonly text: string } & (
  | { readonly kind: 'order'; readonly items: readonly Choice[] }
  | { readonly kind: 'number'; readonly unit: 'count' | 'ms' | 'blocks'; readonly from: number; readonly to: number }
  | { readonly kind: 'choice'; readonly options: readonly Choice[] }
  | { readonly kind: 'gap'; readonly lun: number }
  | { readonly kind: 'blocks'; readonly of: 'blocks' | 'drives'; readonly to: number }
  | { readonly kind: 'event' | 'text' }
)

export interface Choice {
  readonly id: string
  readonly text: string
}

/** An exercise as its learner sees it. Texts are Markdown. */
export interface ExerciseSheet {
  readonly id: string
  readonly language: Language
  readonly title: string
  readonly level: ExerciseLevel
  readonly minutes: number
  readonly outcomes: readonly string[]
  readonly introduction: string
  /** By the names that texts have for them: addresses that hold the whole picture (`data:`). */
  readonly pictures: Readonly<Record<string, string>>
  readonly steps: readonly { readonly title: string; readonly text: string }[]
  readonly predictions: readonly SheetQuestion[]
  readonly questions: readonly SheetQuestion[]
  readonly allowed: readonly SheetAct[]
  readonly hints: readonly SheetHint[]
  /** `live`: it is done in the lab that runs. `recording`: all there is of the run is its recording. */
  readonly kind: ExerciseEntry['kind']
  readonly durationMs: number
  /** Of its firmware, if that is a build with a known bug. */
  readonly firmware: string | undefined
}

/** What the learner may do; parameters that are not given, he chooses. */
export interface SheetAct {
  readonly act: string
  readonly parameters: JsonObject
  /** The parameters that are left open, with what each may be. */
  readonly open: readonly OpenParameter[]
  /** Undefined: as often as he likes. */
  readonly most: number | undefined
}

export type OpenParameter = { readonly name: string } & (
  { readonly kind: 'choice'; readonly options: readonly string[] } | { readonly kind: 'number'; readonly from: number; readonly to: number }
)

/** `text` once it was taken. */
export interface SheetHint {
  readonly check: string
  readonly cost: number
  readonly text: string | undefined
}

/** What was done in a run, after that event of it. */
export interface AttemptAct {
  readonly event: number
  readonly atMs: number
  readonly act: string
  readonly parameters: JsonObject
}

export interface ExerciseAttempt {
  readonly sheet: ExerciseSheet
  readonly phase: AttemptPhase
  readonly seed: number
  readonly predictions: Readonly<Record<string, Reply>>
  readonly answers: Readonly<Record<string, Reply>>
  readonly acts: readonly AttemptAct[]
  /** Undefined until it is graded. */
  readonly grades: ExerciseGrades | undefined
  /** What the learner hands in, once it is graded: the text of a file. */
  readonly submission: string | undefined
  /** Of a live exercise: the try that goes on. */
  readonly live: LiveTryShown | undefined
  /** Of a live exercise that is over, and of one about a recording: the name under which the player shows the recording. */
  readonly recording: string | undefined
  /** It is being graded, or its run is being made ready. */
  readonly isBusy: boolean
  /** Why the last thing that was asked could not be done. */
  readonly trouble: string | undefined
}

/** On the trace clock of the lab. */
export interface LiveTryShown {
  readonly fromMs: number
  /** At the latest. */
  readonly endsAtMs: number
}

export interface ExerciseGrades extends PointsOf {
  readonly passed: boolean
  /** Of the events of the run: the same run has the same. */
  readonly hash: string
  readonly checks: readonly CheckGrade[]
  readonly questions: readonly QuestionGrade[]
}

/** Of an unknown one, `why`; of a false one, `message` of the author, and why if that is known. */
export interface CheckGrade extends PointsOf {
  readonly id: string
  readonly text: string
  readonly value: 'true' | 'false' | 'unknown'
  readonly message: string
  readonly why?: Reason | undefined
  /** Of a false one: nothing `happened` of what it asks for, or the learner has `done` nothing at all. */
  readonly nothing?: 'happened' | 'done' | undefined
  /** The events that decide it. */
  readonly events: readonly TraceId[]
}

/** A prediction or an answer against what happened. `unknown`: nobody says what is right. */
export interface QuestionGrade {
  readonly id: string
  readonly value: 'right' | 'wrong' | 'unknown'
  readonly actual?: Reply | undefined
}

export interface ExerciseDesk {
  readonly learners: readonly string[]
  readonly learner: string | undefined
  readonly exercises: readonly ExerciseEntry[]
  readonly attempt: ExerciseAttempt | undefined
}

const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be the id of an exercise'))
const learnerName = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(LIMITS.learnerNameLength, `must have at most ${LIMITS.learnerNameLength} characters`),
  v.regex(/^[^\p{Cc}]*$/u, 'must have no control characters'),
)
const questionId = v.pipe(v.string(), v.maxLength(64))
const replies = v.pipe(
  v.record(questionId, replySchema),
  v.check((all) => Object.keys(all).length <= LIMITS.exerciseEntries, `must be at most ${LIMITS.exerciseEntries}`),
)

/**
 * What a window can ask. `learner`: another one comes to the desk, or a new one. `remove-learner`: all that is kept of him goes.
 * `predict` locks the predictions and makes the run ready. `act` is done at the moment that the player shows, or now in the live lab.
 * `finish` goes to the end of the run at once, or ends the try in the live lab. `again` begins a new try.
 */
export const exerciseOrderSchema = v.variant('order', [
  v.strictObject({ order: v.literal('language'), language: languageSchema }),
  v.strictObject({ order: v.literal('learner'), name: learnerName }),
  v.strictObject({ order: v.literal('remove-learner'), name: learnerName }),
  v.strictObject({ order: v.literal('open'), id }),
  v.strictObject({ order: v.literal('close') }),
  v.strictObject({ order: v.literal('predict'), predictions: replies }),
  v.strictObject({
    order: v.literal('act'),
    act: v.pipe(v.string(), v.maxLength(64)),
    parameters: v.record(v.pipe(v.string(), v.maxLength(64)), v.unknown()),
  }),
  v.strictObject({ order: v.literal('finish') }),
  v.strictObject({ order: v.literal('answer'), answers: replies }),
  v.strictObject({ order: v.literal('hint'), check: questionId }),
  v.strictObject({ order: v.literal('again') }),
])
export type ExerciseOrder = v.InferOutput<typeof exerciseOrderSchema>
export { learnerName as learnerNameSchema }
