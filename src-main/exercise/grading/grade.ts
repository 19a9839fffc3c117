import { failure, ok, type Result } from '../../base/result'
import { isRecorded, isSimulated, type Exercise } from '../format/exercise'
import { whyForbidden } from '../format/allowed'
import type { simulate } from '../world/simulate'
import { judge, type JudgedCheck } from './judge'
import { recordedRun, shippedRun, type RunAgain } from './recorded-try'
import { seedOfLearner } from './learner-seed'
import { readSubmission, type Submission } from './submission'

/** The world of an exercise, with the firmware that it names. */
export interface WorldModule {
  readonly simulate: typeof simulate
}

/** An exercise as one learner has it. */
export interface LearnersExercise {
  readonly exercise: Exercise
  /** Of its file. */
  readonly hash: string
  readonly world: WorldModule
  /** Of one about a recording: that. The error is a sentence. */
  readonly recording?: Result<Uint8Array, string> | undefined
}

/** What a submission is worth, found out anew. */
export interface Grade {
  readonly file: string
  readonly learner: string
  readonly exercise: string
  readonly outcomes: readonly string[]
  readonly points: number
  readonly of: number
  /** `doubtful`: see the problems. `unreadable`: there is nothing to grade. */
  readonly status: 'passed' | 'failed' | 'doubtful' | 'unreadable'
  /** Sentences for the trainer. */
  readonly problems: readonly string[]
  readonly checks: readonly JudgedCheck[]
}

export interface GradingParts {
  /** The error is a sentence. */
  open(id: string, seed: number): Promise<LearnersExercise | { readonly problem: string }>
  readonly labVersion: string
}

/** Runs again what a learner handed in, and judges that. Points that the file claims count for nothing. */
export async function gradeSubmission(file: string, text: string, parts: GradingParts): Promise<Grade> {
  const read = readSubmission(text)
  if (!read.ok) return unreadable(file, `The file ${read.error}.`)
  const { submission, isUntouched } = read.value
  const opened = await parts.open(submission.exercise, seedOfLearner(submission.exercise, submission.learner))
  if ('problem' in opened) return { ...unreadable(file, opened.problem), learner: submission.learner, exercise: submission.exercise }
  const { exercise } = opened
  const run = runAgain(submission, opened)
  if (!run.ok) return { ...unreadable(file, run.error), learner: submission.learner, exercise: submission.exercise }
  const { evidence, hash, problems: ofRun } = run.value
  const { predictions, answers, hints } = submission
  const checks = judge(exercise, { ...evidence, predictions, answers }, hints)
  const points = checks.reduce((sum, check) => sum + check.points, 0)
  const problems = [
    ...(isUntouched ? [] : ['The file was changed after the lab wrote it.']),
    ...ofRun,
    ...doubts(submission, { ...opened, points, runHash: hash, labVersion: parts.labVersion }),
  ]
  const isPassed = checks.every(({ verdict }) => verdict.value === 'true')
  return {
    file,
    learner: submission.learner,
    exercise: submission.exercise,
    outcomes: exercise.outcomes,
    points,
    of: checks.reduce((sum, check) => sum + check.of, 0),
    status: problems.length > 0 ? 'doubtful' : isPassed ? 'passed' : 'failed',
    problems,
    checks,
  }
}

/** With the seed that the learner must have had, whatever the file says. What was live happens once: of it there is the recording. */
function runAgain(submission: Submission, { exercise, world, recording }: LearnersExercise): Result<RunAgain, string> {
  if (isRecorded(exercise)) return recording?.ok === true ? shippedRun(recording.value) : failure(recording?.error ?? NO_RECORDING)
  if (!isSimulated(exercise)) return recordedRun(submission)
  const { acts, learner } = submission
  const { evidence, hash } = world.simulate({ exercise, seed: seedOfLearner(submission.exercise, learner), acts })
  return ok({ evidence, hash, problems: [] })
}

const NO_RECORDING = 'The exercise is about a recording, and it is not there.'

function doubts(
  submission: Submission,
  found: {
    readonly hash: string
    readonly points: number
    readonly runHash: string
    readonly labVersion: string
    readonly exercise: Exercise
  },
): readonly string[] {
  const { seed, learner, exercise, exerciseHash, labVersion, result, acts, recording } = submission
  const problems: string[] = []
  if (seed !== seedOfLearner(exercise, learner)) problems.push(`The run is not that of ${learner}: it has the seed of another learner.`)
  const forbidden = acts.find((act, index) => whyForbidden(found.exercise, acts.slice(0, index), act) !== undefined)
  if (forbidden !== undefined) problems.push(`It does ${forbidden.act} where the exercise does not allow it.`)
  if (isRecorded(found.exercise) && recording !== undefined) problems.push('It brings a recording of its own, which counts for nothing.')
  if (exerciseHash !== found.hash) problems.push('The learner had another version of the exercise.')
  else if (labVersion !== found.labVersion)
    problems.push(`The learner had version ${labVersion} of the lab, and this is ${found.labVersion}.`)
  else if (result.hash !== found.runHash) problems.push('The run was another one than the file says.')
  else if (result.points !== found.points) problems.push(`The file claims ${result.points} points.`)
  return problems
}

/** There is nothing to grade. `problem`: a sentence. */
export function unreadable(file: string, problem: string): Grade {
  return { file, learner: '', exercise: '', outcomes: [], points: 0, of: 0, status: 'unreadable', problems: [problem], checks: [] }
}
