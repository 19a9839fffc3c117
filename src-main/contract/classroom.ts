import * as v from 'valibot'
import type { QuestionGrade, SheetQuestion } from './exercise-desk'
import type { Reply } from './exercise-reply'
import { languageSchema, type Language } from './language'
import { LIMITS } from './limits'

/**
 * What a trainer has for a class, and of it: demos, which he goes through step by step, and what learners predict, from files in a
 * folder that their labs share. One classroom a lab: all windows see the same.
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

/** A demo in the list. */
export interface DemoEntry {
  readonly id: string
  readonly title: string
  readonly language: Language
  readonly minutes: number
  readonly steps: number
  /** What is wrong with its file, each with file, line and what to do. Such a demo cannot be shown. */
  readonly problems: readonly string[]
}

/** When a step of a demo begins, and until when it plays: on the clock of its world. Without an end, the picture stands still. */
export interface DemoTimes {
  readonly fromMs: number
  readonly untilMs?: number
}

export interface ShownDemoStep extends DemoTimes {
  readonly title: string
  /** For the room, and for the trainer alone. */
  readonly text: string
  readonly notes: string
  readonly speed: number
  readonly talkMs: number
}

/** The demo that is shown. Its run is in the player (contract/simulation). */
export interface ShownDemo {
  readonly id: string
  readonly title: string
  readonly language: Language
  readonly steps: readonly ShownDemoStep[]
  /** The place of the step that is shown. */
  readonly step: number
  /** Its run is being made ready. */
  readonly isBusy: boolean
  /** Milliseconds since 1970. */
  readonly beganAtMs: number
  readonly stepBeganAtMs: number
}

export interface Classroom {
  /** Once somebody has asked for them. */
  readonly demos: readonly DemoEntry[]
  readonly demo: ShownDemo | undefined
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
  ...{ demos: [], demo: undefined },
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
 * What a window can ask. `language`: of who looks, also at the list of demos. `folder`: the class's, or none any more. `look`: somebody
 * looks at what the class says, for a while, and says so again. It is about that exercise, or about the one before. `demo` begins one, at
 * its first step; `demo-step` goes to a step and plays it.
 */
export const classroomOrderSchema = v.variant('order', [
  v.strictObject({ order: v.literal('language'), language: languageSchema }),
  v.strictObject({ order: v.literal('folder'), folder: v.optional(folder) }),
  v.strictObject({ order: v.literal('look'), exercise: v.optional(exerciseId) }),
  v.strictObject({ order: v.literal('demo'), id: exerciseId }),
  v.strictObject({
    order: v.literal('demo-step'),
    step: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LIMITS.demoSteps)),
  }),
  v.strictObject({ order: v.literal('end-demo') }),
])
export type ClassroomOrder = v.InferOutput<typeof classroomOrderSchema>
export { folder as classFolderSchema, exerciseId as exerciseIdSchema }
