import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import * as world from '../../../../src-main/entries/exercise-world'
import type { LabSnapshot } from '../../../../src-main/contract/snapshot'
import { decodeExercise } from '../../../../src-main/exercise/format/decode'
import { gradeSubmission, type Grade } from '../../../../src-main/exercise/grading/grade'
import { seedOfLearner } from '../../../../src-main/exercise/grading/learner-seed'
import { writeSubmission, type Submission } from '../../../../src-main/exercise/grading/submission'
import { hashOfRecording, packRecording } from '../../../../src-main/exercise/live/packed-recording'
import { createFakeLab } from '../../../support/fake-lab'
import { tryRecording } from '../../../support/try-recording'

const ID = 'live-takeover'
const SEED = seedOfLearner(ID, 'Ada')
const text = readFileSync(fileURLToPath(new URL('../../../../exercises/live-takeover/exercise.md', import.meta.url)), 'utf8')
let first: LabSnapshot
let recording: Buffer

beforeAll(async () => {
  first = { ...(await createFakeLab().api.snapshot()), timeMs: 1000 }
  recording = tryRecording(first, [
    { event: { id: 1, timeMs: 1500, place: 'midplane', kind: 'midplane.controller-killed', data: { controller: 'a' } } },
    { frame: { ...first, timeMs: 3000 } },
  ])
})

function submission(others: Partial<Submission> = {}): Submission {
  return {
    ...{ format: 1, exercise: ID, exerciseHash: 'hash', learner: 'Ada', seed: SEED, labVersion: first.lab.version },
    acts: [{ event: 0, atMs: 1499, act: 'kill', parameters: { controller: victim() } }],
    ...{ predictions: {}, answers: {}, hints: [] },
    recording: packRecording(recording),
    // It killed somebody, and both serve at the end.
    result: { hash: hashOfRecording(recording), points: 3 },
    ...others,
  }
}

function opened() {
  const exercise = decodeExercise({ file: 'exercise.md', text, seed: SEED, patterns: new Map(), hasPicture: () => false })
  if (!exercise.ok) throw new Error(JSON.stringify(exercise.error))
  return exercise.value
}

function victim(): string {
  return String(opened().variables['victim'])
}

function graded(given: string): Promise<Grade> {
  const parts = { labVersion: first.lab.version, open: () => Promise.resolve({ exercise: opened(), hash: 'hash', world }) }
  return gradeSubmission('ada.json', given, parts)
}

describe('a submission of a live exercise', () => {
  it('is graded anew from the recording that it holds', async () => {
    const grade = await graded(writeSubmission(submission()))
    expect(grade.problems).toEqual([])
    expect(grade).toMatchObject({ status: 'failed', points: 3 })
    const values = Object.fromEntries(grade.checks.map(({ id, verdict }) => [id, verdict.value]))
    expect(values).toMatchObject({ killed: 'true', 'taken-over': 'false', 'nothing-lost': 'false', 'two-again': 'true' })
  })

  it('is doubted if its recording is another one than the lab graded', async () => {
    const other = tryRecording(first, [{ frame: { ...first, timeMs: 3000 } }])
    const { status, problems } = await graded(writeSubmission(submission({ recording: packRecording(other) })))
    expect(status).toBe('doubtful')
    expect(problems).toContain('The run was another one than the file says.')
    expect(problems).toContain('It names 1 times kill, and its recording shows 0.')
  })

  it('is doubted if something in its recording was changed, whatever else was made to fit', async () => {
    const changed = Buffer.from(recording.toString().replace('midplane.controller-killed', 'midplane.controller-hung'))
    const given = submission({ recording: packRecording(changed), result: { hash: hashOfRecording(changed), points: 3 } })
    const { status, problems } = await graded(writeSubmission(given))
    expect(status).toBe('doubtful')
    expect(problems.join(' ')).toContain('Its recording is not as the lab wrote it.')
  })

  it.each<readonly [string, Partial<Submission>, string]>([
    [
      'an act that the exercise does not allow',
      { acts: [{ event: 0, atMs: 1499, act: 'cut-interconnect', parameters: {} }] },
      'It does cut-interconnect where',
    ],
    ['no act where the recording has one', { acts: [] }, 'It names 0 times kill, and its recording shows 1.'],
    [
      'an act at another time',
      { acts: [{ event: 0, atMs: 9000, act: 'kill', parameters: { controller: 'a' } }] },
      'at a time that is not in its recording',
    ],
    ['a recording of another version', { labVersion: '0.0.1' }, 'of the lab.'],
  ])('is doubted if it names %s', async (_, others, problem) => {
    const { status, problems } = await graded(writeSubmission(submission(others)))
    expect(status).toBe('doubtful')
    expect(problems.join(' ')).toContain(problem)
  })

  it('is doubted if it claims points that were not earned', async () => {
    const { status, problems } = await graded(writeSubmission(submission({ result: { hash: hashOfRecording(recording), points: 12 } })))
    expect({ status, problems }).toEqual({ status: 'doubtful', problems: ['The file claims 12 points.'] })
  })

  it('cannot be graded without a recording, or with one that is none', async () => {
    expect(await graded(writeSubmission(submission({ recording: undefined })))).toMatchObject({ status: 'unreadable' })
    expect(await graded(writeSubmission(submission({ recording: 'AAAA' })))).toMatchObject({ status: 'unreadable' })
    expect(await graded(writeSubmission(submission({ recording: packRecording(Buffer.from('nothing\n')) })))).toMatchObject({
      status: 'unreadable',
    })
  })
})
