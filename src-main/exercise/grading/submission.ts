import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import { replySchema, type Reply } from '../../contract/exercise-reply'
import { parseJson, type JsonObject } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import { RunningHash } from '../../simulator/running-hash'
import { ACT_NAMES, ACTS } from '../format/acts'
import type { ActAfter } from '../world/exercise-run'

const SUBMISSION_FORMAT = 1

/** `atMs`: on the trace clock of a live lab. */
export type SubmittedAct = ActAfter & { readonly atMs?: number | undefined }

/** What a learner hands in: enough to run it again, and what he says came of it. */
export interface Submission {
  readonly format: typeof SUBMISSION_FORMAT
  readonly exercise: string
  /** Of the file of the exercise, as he had it. */
  readonly exerciseHash: string
  readonly learner: string
  readonly seed: number
  readonly acts: readonly SubmittedAct[]
  readonly predictions: Readonly<Record<string, Reply>>
  readonly answers: Readonly<Record<string, Reply>>
  /** Ids of the checks whose hints he looked at. */
  readonly hints: readonly string[]
  readonly labVersion: string
  /** Of a live exercise: all of the try, packed (exercise/live). A simulated one is run again instead. */
  readonly recording?: string | undefined
  /** What the lab told him: the hash of the run's events, or of the recording, and the points. */
  readonly result: { readonly hash: string; readonly points: number }
}

const count = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))
const word = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'), v.maxLength(LIMITS.exerciseLearnerLength))
const replies = v.pipe(
  v.record(v.string(), replySchema),
  v.check((given) => Object.keys(given).length <= LIMITS.exerciseEntries, `must be at most ${LIMITS.exerciseEntries}`),
)
const time = v.pipe(v.number('must be a number'), v.finite(), v.minValue(0, 'must not be negative'))
const act = v.strictObject({
  event: count,
  atMs: v.optional(time),
  act: v.picklist(ACT_NAMES),
  parameters: v.record(v.string(), v.unknown()),
})

const submissionSchema = v.strictObject({
  format: v.literal(SUBMISSION_FORMAT, `must be ${SUBMISSION_FORMAT}: another version of the lab made this file`),
  exercise: word,
  exerciseHash: word,
  learner: word,
  seed: count,
  acts: v.pipe(
    v.array(act),
    v.maxLength(LIMITS.exerciseActs),
    v.check((acts) => acts.every(({ event }, index) => event >= (acts[index - 1]?.event ?? 0)), 'must be in the order of their events'),
  ),
  predictions: replies,
  answers: replies,
  hints: v.pipe(v.array(word), v.maxLength(LIMITS.exerciseEntries)),
  recording: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.liveExerciseSubmissionBytes))),
  labVersion: word,
  result: v.strictObject({ hash: word, points: v.number('must be a number') }),
  check: word,
})

/** Of a text: the same text has the same, another one almost surely another. */
export function hashOfText(text: string): string {
  const hash = new RunningHash()
  hash.mix(text)
  return hash.value
}

/** The text of the file. */
export function writeSubmission(submission: Submission): string {
  return `${JSON.stringify({ ...submission, check: checkOf(submission) }, undefined, 2)}\n`
}

export interface ReadSubmission {
  readonly submission: Submission
  /** Its check fits: nobody has changed the file by hand without knowing of it. */
  readonly isUntouched: boolean
}

/** From outside: not trusted. The error is the end of a sentence about the file. */
export function readSubmission(text: string): Result<ReadSubmission, string> {
  if (text.length > LIMITS.liveExerciseSubmissionBytes) return failure('is too large for a submission')
  const json = parseJson(text)
  if (!json.ok) return json
  const parsed = v.safeParse(submissionSchema, json.value)
  if (!parsed.success) return failure(tellIssue(parsed.issues[0]))
  const { check, acts, ...others } = parsed.output
  if (others.recording === undefined && text.length > LIMITS.exerciseSubmissionBytes) return failure('is too large for a submission')
  const decoded: SubmittedAct[] = []
  for (const [index, one] of acts.entries()) {
    const parameters = v.safeParse(ACTS[one.act], one.parameters)
    if (!parameters.success) return failure(`has something wrong in acts.${index}.parameters: ${parameters.issues[0].message}`)
    const { event, atMs } = one
    decoded.push({ event, act: one.act, parameters: parameters.output as JsonObject, ...(atMs === undefined ? {} : { atMs }) })
  }
  const submission: Submission = { ...others, acts: decoded }
  return ok({ submission, isUntouched: checkOf(submission) === check })
}

function checkOf(submission: Submission): string {
  return hashOfText(JSON.stringify(inOrder(submission)))
}

/** The same whatever order the keys have. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return entries.filter(([, one]) => one !== undefined).map(([key, one]) => [key, inOrder(one)])
}

function tellIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  if (path === null) return 'is no submission'
  return issue.received === 'undefined' ? `has no ${path}` : `has something wrong in ${path}: it ${issue.message}`
}
