/** `npm run exercise -- grade`: submissions in, a gradebook out. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { version } from '../../package.json'
import { failure, ok, type Result } from '../base/result'
import { LIMITS } from '../contract/limits'
import { gradeSubmission, unreadable, type Grade, type GradingParts } from '../exercise/grading/grade'
import { gradebook } from '../exercise/grading/gradebook'
import { hashOfText } from '../exercise/grading/submission'
import { isRecorded } from '../exercise/format/exercise'
import type { ExerciseFolders } from '../exercise/shelf/read-folders'
import { shippedRecording } from '../exercise/shelf/recordings'
import { entryOf, opened, worldOf } from './exercise-shelf'

export interface GradeOptions {
  readonly files: readonly string[]
  /** Where the gradebook goes. Undefined: where the lines go. */
  readonly out: string | undefined
}

/** True if each submission could be graded and none is doubtful. */
export async function gradeFiles({ files, out }: GradeOptions, shelf: ExerciseFolders, say: (text: string) => void): Promise<boolean> {
  const grades: Grade[] = []
  for (const file of files) {
    const text = textOf(file)
    grades.push(text.ok ? await gradeSubmission(basename(file), text.value, partsFor(shelf)) : unreadable(basename(file), text.error))
  }
  const csv = gradebook(grades)
  if (out === undefined) say(csv.trimEnd())
  else {
    writeFileSync(out, csv)
    for (const { file, learner, exercise, points, of, status, problems } of grades)
      say([`${status}  ${file}: ${learner}, ${exercise}, ${points} of ${of} points`, ...problems.map((one) => `  ${one}`)].join('\n'))
    say(`The gradebook is in ${out}.`)
  }
  return grades.every(({ status }) => status === 'passed' || status === 'failed')
}

/** The error is a sentence. */
function textOf(file: string): Result<string, string> {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return failure(`There is no file ${file}.`)
    const most = LIMITS.liveExerciseSubmissionBytes
    return stat.size > most ? failure(`The file has more than ${most} bytes.`) : ok(readFileSync(file, 'utf8'))
  } catch (error) {
    return failure(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function partsFor(shelf: ExerciseFolders): GradingParts {
  return {
    labVersion: version,
    async open(id, seed) {
      const entry = entryOf(id, shelf)
      if (!entry.ok) return { problem: entry.error }
      const exercise = opened(entry.value, seed)
      if (!exercise.ok) return { problem: exercise.error }
      const world = await worldOf(exercise.value)
      if (!world.ok) return { problem: world.error }
      const recording = isRecorded(exercise.value) ? shippedRecording(entry.value.file, exercise.value) : undefined
      return { exercise: exercise.value, hash: hashOfText(entry.value.text), world: world.value, recording }
    },
  }
}
