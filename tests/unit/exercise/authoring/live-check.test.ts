import { join } from 'node:path'
import { expect, it } from 'vitest'
import { failure } from '../../../../src-main/base/result'
import { checkLiveExercise, type TrySolution } from '../../../../src-main/exercise/authoring/live-check'
import { mutated } from '../../../../src-main/exercise/authoring/mutated'
import { rememberedTries } from '../../../../src-main/exercise/authoring/remembered-runs'
import { isLive, type LiveExercise } from '../../../../src-main/exercise/format/exercise'
import { shippedRun } from '../../../../src-main/exercise/grading/recorded-try'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { projectDir } from '../../../support/planted-build'
import { readFileSync } from 'node:fs'

const exerciseOf = (seed: number): LiveExercise => {
  const read = readExercise(join(projectDir, 'exercises/live-takeover/exercise.md'), { seed })
  if (!read.ok || !isLive(read.value.exercise)) throw new Error('it is no live exercise')
  return read.value.exercise
}

/** A takeover, whatever is tried. */
function sameTakeover(tried: string[]): TrySolution {
  const run = shippedRun(readFileSync(join(projectDir, 'exercises/diagnose-an-outage/outage-2.ndjson')))
  if (!run.ok) throw new Error(run.error)
  return ({ solution }) => {
    tried.push(solution.map(({ act }) => act).join(' '))
    return Promise.resolve({ ok: true, value: { evidence: run.value.evidence, refused: [] } })
  }
}

it('tries each solution once, however many checks are asked of it', async () => {
  const tried: string[] = []
  const trySolution = rememberedTries(sameTakeover(tried))
  const options = { exerciseOf, trySolution, seeds: [0] }
  const first = await checkLiveExercise(options)
  const again = await checkLiveExercise({ ...options, negated: 'killed' })
  const { solutions, wrong } = exerciseOf(0)
  expect(tried).toHaveLength(solutions.length + wrong.length + 1)
  expect([first.runs, again.runs]).toEqual([5, 5])
  expect(again.problems.join('\n')).toMatch(/fails killed: it is false/)
  expect(first.problems.join('\n')).not.toMatch(/fails killed/)
})

it('does not take a lab that fails for the proof that a check matters', async () => {
  const trySolution = () => Promise.resolve(failure('The lab is gone.'))
  const report = await mutated(exerciseOf(0), (negated) => checkLiveExercise({ exerciseOf, trySolution, seeds: [0], negated }))
  expect(report.problems[0]).toBe('Seed 0: "kill it, read back, and make it whole" could not be tried. The lab is gone.')
})
