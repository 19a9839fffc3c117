import * as v from 'valibot'
import type { QuestionGrade, SheetQuestion } from './exercise-desk'
import type { Reply } from './exercise-reply'
import { languageSchema, type Language } from './language'
import { LIMITS } from './limits'

/**
 * What a trainer has of a class: what learners predict, from files in a folder that their labs share. One classroom a lab: all windows see
 * the same.
 */

/** Why the folder cannot be used now. `silent`: it does not answer, like a share whose server is gone. */
export const CLASS_TROUBLES = ['gone', 'full', 'refused', 'silent', 'too-many', 'failed'] as const
export type ClassTrouble = (typeof CLASS_TROUBLES)[number]

/** Why a file in the folder does not count. `half-written`: its lab did not come to the end of it. `newer`: of a later version. */
export const SKIP_REASONS = ['foreign', 'half-written', 'large', 'broken', 'newer', 'unreadable'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export interface SkippedFile {
  readonly name: string
  readonly reason: SkipReason
  /** What exactly, where there is more to say. */
  readonly detail: string
}

/** What one learner said in one try. */
export interface ClassReply {
  /** Of the learner: the same name at another lab is another one. */
  readonly key: string
  readonly name: string
  readonly tries: number
  /** Long texts are cut. */
  readonly predictions: Readonly<Record<string, Reply>>
  /** Once the try is graded: what was right in the run of this learner, who has numbers of his own. */
  readonly results: readonly QuestionGrade[]
}

/** The exercise that is looked at. Where learners have numbers of their own, its texts have the names of these. */
export interface ClassExercise {
  readonly id: string
  readonly title: string
  readonly language: Language
  readonly predictions: readonly SheetQuestion[]
  readonly durationMs: number
  readonly replies: readonly ClassReply[]
  /** Tries whose replies do not fit these questions, and are left out: they are of another version of the exercise. */
  readonly ofOtherVersion: number
}

export interface Classroom {
  /** Undefined: this lab is in no class. */
  readonly folder: string | undefined
  readonly trouble: ClassTrouble | undefined
  /** Replies of this lab that the folder does not have yet. */
  readonly waiting: number
  /** Exercises that somebody has replied to. */
  readonly exercises: readonly { readonly id: string; readonly title: string; readonly learners: number }[]
  readonly exercise: ClassExercise | undefined
  readonly skipped: readonly SkippedFile[]
  /** Those that are not listed. */
  readonly moreSkipped: number
}

export const NO_CLASSROOM: Classroom = {
  ...{ folder: undefined, trouble: undefined, waiting: 0, exercises: [], exercise: undefined, skipped: [], moreSkipped: 0 },
}

const exerciseId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be the id of an exercise'))
const folder = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(LIMITS.classFolderLength, `must have at most ${LIMITS.classFolderLength} characters`),
  v.regex(/^[^\p{Cc}]*$/u, 'must have no control characters'),
)

/**
 * What a window can ask. `folder`: the class's, or none any more. `look`: somebody looks at what the
 * class says, for a while, and says so again. It is about that exercise, or about the one before.
 */
export const classroomOrderSchema = v.variant('order', [
  v.strictObject({ order: v.literal('language'), language: languageSchema }),
  v.strictObject({ order: v.literal('folder'), folder: v.optional(folder) }),
  v.strictObject({ order: v.literal('look'), exercise: v.optional(exerciseId) }),
])
export type ClassroomOrder = v.InferOutput<typeof classroomOrderSchema>
export { folder as classFolderSchema, exerciseId as exerciseIdSchema }
