/** Exercises in the thread of the player: their runs, with the firmware that each names, and their grades. */
import { failure, ok, type Result } from '../base/result'
import type { DemoTimes } from '../contract/classroom'
import type { CheckGrade, ExerciseGrades, QuestionGrade } from '../contract/exercise-desk'
import type { LabError } from '../contract/lab-error'
import type { DemoRunOrder, ExerciseRunOrder, GradeOrder } from '../contract/simulation'
import { readDemo } from '../exercise/shelf/demo-folder'
import { readExercise } from '../exercise/shelf/exercise-folder'
import { shippedRecording } from '../exercise/shelf/recordings'
import type { Verdict } from '../exercise/checks/verdict'
import type { Evidence } from '../exercise/evidence/evidence'
import { isRecorded, isSimulated, type Exercise, type RecordedExercise } from '../exercise/format/exercise'
import { tellFileProblem } from '../exercise/format/front-matter'
import { hashOfRecording } from '../exercise/live/packed-recording'
import { recordingEvidence } from '../exercise/live/recording-evidence'
import { judge } from '../exercise/grading/judge'
import { shippedRun } from '../exercise/grading/recorded-try'
import { compareReplies, type ReplyResult } from '../exercise/grading/replies'
import type { ActAfter } from '../exercise/world/exercise-run'
import { readRecording } from '../platform/recording-files'
import { ExperiencedRun } from '../player/experienced-run'
import type { PlayableRun } from '../player/playable-run'
import { RecordedRun } from '../player/recorded-run'
import { worldOf, type WorldOfFirmware } from './exercise-shelf'

/** A simulated host waits for 6 seconds for an answer, and tries again at once or not at all. */
export const HOST_GIVES_UP_MS = 6500

/** The pair of an exercise from its first to its last event, for the player. */
export async function openExercise(order: ExerciseRunOrder): Promise<Result<PlayableRun, LabError>> {
  const opened = await open(order)
  if (!opened.ok) return opened
  const { exercise, world } = opened.value
  if (isRecorded(exercise)) {
    const run = runOfRecording(order, exercise)
    return run.ok ? run : failure({ code: 'failed', message: run.error })
  }
  if (!isSimulated(exercise)) return failure({ code: 'failed', message: 'A live exercise is run by no simulator.' })
  return ok(new ExperiencedRun(world.playExercise({ exercise, seed: order.seed, acts: actsOf(order) }), HOST_GIVES_UP_MS))
}

/** The player shows it under the name of its exercise. The error is a sentence. */
function runOfRecording({ id, file }: ExerciseRunOrder, exercise: RecordedExercise): Result<PlayableRun, string> {
  const bytes = shippedRecording(file, exercise)
  return bytes.ok ? RecordedRun.openGiven({ name: id, bytes: bytes.value }) : bytes
}

/** Finds the moments of its steps, and has it shown at its beginning. */
export async function openDemo(
  { file }: DemoRunOrder,
  show: (run: PlayableRun) => Result<null, LabError>,
): Promise<Result<readonly DemoTimes[], LabError>> {
  const read = readDemo(file, 'en')
  if (!read.ok) return failure({ code: 'failed', message: read.error.map(tellFileProblem).join(' ') })
  const { demo } = read.value
  const world = await worldOf(demo)
  if (!world.ok) return failure({ code: 'failed', message: world.error })
  const times = world.value.demoTimes(demo)
  if (!times.ok) return failure({ code: 'failed', message: `This demo does not go as it says. ${times.error.join(' ')}` })
  const shown = show(new ExperiencedRun(world.value.playExercise({ exercise: demo, seed: demo.seed, acts: [] }), HOST_GIVES_UP_MS))
  return shown.ok ? times : shown
}

/** Runs it anew, and asks all its checks. */
export async function gradeExercise(order: GradeOrder): Promise<Result<ExerciseGrades, LabError>> {
  const opened = await open(order)
  if (!opened.ok) return opened
  const { exercise } = opened.value
  const { predictions, answers, hints } = order
  const run = runOf(order, opened.value)
  if (!run.ok) return failure({ code: 'failed', message: run.error })
  const evidence: Evidence = { ...run.value.evidence, predictions, answers }
  const judged = judge(exercise, evidence, hints)
  const isIdle = exercise.allowed.length > 0 && order.acts.length === 0
  const checks = judged.map(({ id, verdict, points, of }) => {
    const { value, why, events } = verdict
    const nothing = nothingOf(verdict, isIdle)
    const { check, message } = exercise.checks.find((one) => one.id === id) ?? { check: { text: id }, message: '' }
    return {
      id,
      text: check.text,
      value,
      message,
      events,
      points,
      of,
      ...(why === undefined ? {} : { why }),
      ...(nothing === undefined ? {} : { nothing }),
    }
  })
  return ok({
    points: sum(checks.map(({ points }) => points)),
    of: sum(checks.map(({ of }) => of)),
    hash: run.value.hash,
    passed: checks.every(({ value }) => value === 'true'),
    checks,
    questions: compareReplies(exercise, evidence).map(questionGrade),
  })
}

/** Nobody is told what he did wrong where nothing was. */
function nothingOf({ value, isAbsent }: Verdict, isIdle: boolean): CheckGrade['nothing'] {
  if (value !== 'false') return undefined
  return isIdle ? 'done' : isAbsent === true ? 'happened' : undefined
}

/** Of a live one, the recording of its try; of one about a recording, that. The error is a sentence. */
function runOf(order: GradeOrder, { exercise, world }: Opened): Result<{ readonly evidence: Evidence; readonly hash: string }, string> {
  if (isSimulated(exercise)) return ok(world.simulate({ exercise, seed: order.seed, acts: actsOf(order) }))
  if (isRecorded(exercise)) {
    const shipped = shippedRecording(order.file, exercise)
    return shipped.ok ? shippedRun(shipped.value) : shipped
  }
  if (order.recording === undefined) return failure('There is no recording of this try.')
  const bytes = readRecording(order.recording.file)
  if (!bytes.ok) return bytes
  const recorded = recordingEvidence(
    bytes.value,
    order.recording.acts.map(({ act, parameters, atMs }) => ({ by: 'learner', act, parameters, atMs })),
  )
  return recorded.ok ? ok({ evidence: recorded.value.evidence, hash: hashOfRecording(bytes.value) }) : recorded
}

interface Opened {
  readonly exercise: Exercise
  readonly world: WorldOfFirmware
}

async function open({ file, seed }: Pick<GradeOrder, 'file' | 'seed'>): Promise<Result<Opened, LabError>> {
  const read = readExercise(file, { seed })
  if (!read.ok) return failure({ code: 'failed', message: read.error.map(tellFileProblem).join(' ') })
  const { exercise } = read.value
  const world = await worldOf(exercise)
  return world.ok ? ok({ exercise, world: world.value }) : failure({ code: 'failed', message: world.error })
}

const RIGHTNESS = { true: 'right', false: 'wrong', unknown: 'unknown' } as const

function questionGrade({ id, right, actual }: ReplyResult): QuestionGrade {
  return { id, value: RIGHTNESS[right], ...(actual === undefined ? {} : { actual }) }
}

/** The desk has decoded them. */
function actsOf({ acts }: Pick<GradeOrder, 'acts'>): readonly ActAfter[] {
  return acts as readonly ActAfter[]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
