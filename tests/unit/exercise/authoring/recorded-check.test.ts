import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { mutated } from '../../../../src-main/exercise/authoring/mutated'
import { checkRecordedExercise } from '../../../../src-main/exercise/authoring/recorded-check'
import { isRecorded, type RecordedExercise } from '../../../../src-main/exercise/format/exercise'
import { shippedRun } from '../../../../src-main/exercise/grading/recorded-try'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { projectDir } from '../../../support/planted-build'

const folder = join(projectDir, 'exercises/diagnose-an-outage')
const exerciseOf = (seed: number): RecordedExercise => {
  const read = readExercise(join(folder, 'exercise.md'), { seed })
  if (!read.ok || !isRecorded(read.value.exercise)) throw new Error('it is no exercise about a recording')
  return read.value.exercise
}
const runOf = ({ world }: RecordedExercise) => shippedRun(readFileSync(join(folder, world.file)))
const options = { exerciseOf, runOf, seeds: [0, 1, 2, 3, 4, 5, 6, 7] }

describe('the check of an exercise about a recording', () => {
  it('proves its solutions and its wrong ones, over each of its recordings', () => {
    expect(new Set(options.seeds.map((seed) => exerciseOf(seed).world.file))).toEqual(new Set(['outage-1.ndjson', 'outage-2.ndjson']))
    expect(checkRecordedExercise(options).problems).toEqual([])
  })

  it.each(['outage-1.ndjson', 'outage-2.ndjson'])('%s names no folder of the machine that recorded it', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    expect(text).toContain('"folder":"lab"')
    expect(text).not.toMatch(/"(?:folder|file)":"[^"]*[/\\]/)
  })

  it('finds the opposite of each check, and an exercise in which that proves nothing', async () => {
    const check = (negated: string | undefined) => checkRecordedExercise({ ...options, seeds: [0], negated })
    expect((await mutated(exerciseOf(0), check)).problems).toEqual([])
    const untouched = await mutated(exerciseOf(0), () => check(undefined))
    expect(untouched.problems).toHaveLength(exerciseOf(0).checks.length)
    const broken = await mutated(exerciseOf(0), () => check('gap-found'))
    expect(broken.problems.join('\n')).toMatch(/fails gap-found/)
  })

  it('finds a recording that is longer than the file says, or of other volumes', () => {
    const other = (seed: number): RecordedExercise => {
      const exercise = exerciseOf(seed)
      return { ...exercise, world: { ...exercise.world, durationMs: 9000, volumes: ['alpha', 'charlie'] } }
    }
    const { problems } = checkRecordedExercise({ ...options, exerciseOf: other, seeds: [0] })
    expect(problems).toEqual([
      expect.stringMatching(/^outage-\d\.ndjson takes \d{4} ms: write "duration: \d{4} ms"\.$/),
      expect.stringMatching(/^outage-\d\.ndjson has bravo at LUN 1, not charlie\.$/),
    ])
  })

  it('finds a recording that was changed, once, and one that is none', () => {
    const changed = ({ world }: RecordedExercise) =>
      shippedRun(Buffer.from(readFileSync(join(folder, world.file), 'utf8').replace('takeover.detected', 'takeover.fenced')))
    const { problems } = checkRecordedExercise({ ...options, runOf: changed, seeds: [0] })
    expect(present(problems[0], 'a problem')).toMatch(/^The recording of the exercise is not as the lab wrote it\. It is whole up to line/)
    const none = checkRecordedExercise({ ...options, runOf: () => shippedRun(Buffer.from('nothing\n')) })
    expect(none.problems[0]).toMatch(/^The recording of the exercise cannot be graded\./)
    expect(none.runs).toBe(0)
  })
})
