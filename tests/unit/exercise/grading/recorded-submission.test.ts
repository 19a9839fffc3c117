import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import * as world from '../../../../src-main/entries/exercise-world'
import { isRecorded } from '../../../../src-main/exercise/format/exercise'
import { gradeSubmission, type Grade } from '../../../../src-main/exercise/grading/grade'
import { seedOfLearner } from '../../../../src-main/exercise/grading/learner-seed'
import { shippedRun } from '../../../../src-main/exercise/grading/recorded-try'
import { withReplies } from '../../../../src-main/exercise/grading/replies'
import { writeSubmission, type Submission } from '../../../../src-main/exercise/grading/submission'
import { hashOfRecording, packRecording } from '../../../../src-main/exercise/live/packed-recording'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { shippedRecording } from '../../../../src-main/exercise/shelf/recordings'
import { projectDir } from '../../../support/planted-build'

const ID = 'diagnose-an-outage'
const FILE = join(projectDir, 'exercises', ID, 'exercise.md')
const SEED = seedOfLearner(ID, 'Ada')

function opened() {
  const read = readExercise(FILE, { seed: SEED })
  if (!read.ok || !isRecorded(read.value.exercise)) throw new Error('it is no exercise about a recording')
  const { exercise } = read.value
  const recording = shippedRecording(FILE, exercise)
  if (!recording.ok) throw new Error(recording.error)
  return { exercise, recording, bytes: recording.value }
}

/** As one who reads the recording. */
function submission(others: Partial<Submission> = {}): Submission {
  const { exercise, bytes } = opened()
  const run = shippedRun(bytes)
  if (!run.ok) throw new Error(run.error)
  const { predictions, answers } = withReplies(exercise, run.value.evidence, present(exercise.solutions[0], 'a solution'))
  return {
    ...{ format: 1, exercise: ID, exerciseHash: 'hash', learner: 'Ada', seed: SEED, labVersion: '1.0.0', acts: [], hints: [] },
    ...{ predictions, answers, result: { hash: hashOfRecording(bytes), points: 10 }, ...others },
  }
}

function graded(given: Submission, recording: ReturnType<typeof shippedRecording> | undefined = opened().recording): Promise<Grade> {
  const { exercise } = opened()
  const parts = { labVersion: '1.0.0', open: () => Promise.resolve({ exercise, hash: 'hash', world, recording }) }
  return gradeSubmission('ada.json', writeSubmission(given), parts)
}

describe('a submission of an exercise about a recording', () => {
  it('holds no recording, and is graded from the one that ships', async () => {
    const grade = await graded(submission())
    expect(grade.problems).toEqual([])
    expect(grade).toMatchObject({ status: 'passed', points: 10, of: 10 })
    const wrong = await graded(submission({ answers: {}, result: { ...submission().result, points: 1 } }))
    expect(wrong).toMatchObject({ status: 'failed', points: 1 })
  })

  it.each<readonly [string, Partial<Submission>, string]>([
    [
      'was made with another recording',
      { result: { hash: hashOfRecording(Buffer.from('other')), points: 10 } },
      'another one than the file',
    ],
    ['claims points that were not earned', { answers: {} }, 'The file claims 10 points.'],
    [
      'brings a recording',
      { recording: packRecording(Buffer.from('mine')) },
      'It brings a recording of its own, which counts for nothing.',
    ],
    ['does something', { acts: [{ event: 3, act: 'kill', parameters: { controller: 'a' } }] }, 'It does kill where'],
  ])('is doubted if it %s', async (_, others, problem) => {
    const { status, problems } = await graded(submission(others))
    expect(status).toBe('doubtful')
    expect(problems.join(' ')).toContain(problem)
  })

  it('cannot be graded without the recording of the exercise', async () => {
    const given = submission()
    const { exercise } = opened()
    const missing = shippedRecording(join(projectDir, 'nowhere', 'exercise.md'), exercise)
    expect(await graded(given, missing)).toMatchObject({
      status: 'unreadable',
      problems: [expect.stringMatching(/^There is no recording /)],
    })
  })
})
