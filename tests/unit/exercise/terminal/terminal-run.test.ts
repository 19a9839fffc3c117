import { describe, expect, it } from 'vitest'
import * as world from '../../../../src-main/entries/exercise-world'
import { gradeSubmission, type Grade } from '../../../../src-main/exercise/grading/grade'
import { seedOfLearner } from '../../../../src-main/exercise/grading/learner-seed'
import { writeSubmission, type Submission } from '../../../../src-main/exercise/grading/submission'
import type { Done } from '../../../../src-main/exercise/terminal/conversation'
import { TerminalRun } from '../../../../src-main/exercise/terminal/terminal-run'
import { typedAct } from '../../../../src-main/exercise/terminal/typed-act'
import { skeletonExercise } from '../../../support/skeleton-exercise'

const LEARNER = 'Ada'
const SEED = seedOfLearner('an-example', LEARNER)
const exercise = skeletonExercise(SEED)
const { victim } = exercise.variables

async function typed(lines: readonly string[]): Promise<{ readonly done: Done; readonly said: string }> {
  const said: string[] = []
  const left = [...lines]
  const terminal = {
    say: (text: string) => void said.push(text),
    ask: (prompt: string) => (said.push(prompt), Promise.resolve(left.shift())),
  }
  const done = await new TerminalRun({ exercise, seed: SEED, world, terminal }).do()
  return { done, said: said.join('\n') }
}

function submissionOf({ checks: _, ...done }: Done, others: Partial<Submission> = {}): Submission {
  return { format: 1, exercise: 'an-example', exerciseHash: 'hash', learner: LEARNER, seed: SEED, labVersion: '1', ...done, ...others }
}

function graded(text: string): Promise<Grade> {
  const open = (_: string, seed: number) => Promise.resolve({ exercise: skeletonExercise(seed), hash: 'hash', world })
  return gradeSubmission('ada.json', text, { labVersion: '1', open })
}

const WELL = ['1 2 3', 'wait 800', `kill controller=${String(victim)}`, 'wait 500', 'end']

describe('an exercise in a terminal', () => {
  it('asks, lets act, and tells each verdict with its event', async () => {
    const { done, said } = await typed(WELL)
    expect(done.result.points).toBe(3)
    expect(done.predictions).toEqual({ order: { kind: 'order', items: ['fenced', 'claimed', 'serving'] } })
    expect(done.acts).toMatchObject([{ act: 'kill', parameters: { controller: victim } }])
    expect(said).toMatch(/✓ taken-over, 2 of 2 points\n +\d+ +\d+\.\d\d ms {2}takeover\.serving/)
    expect(said).toContain('midplane.controller-killed')
    expect(said).toContain('3 of 3 points')
  })

  it('goes on with what makes no sense, and says so', async () => {
    const { done, said } = await typed(['1 1 2', '3 2 1', 'wait', 'dance', 'cut-interconnect', 'kill', 'hint taken-over', 'hint x', 'end'])
    expect(said).toContain('That is no reply to this question.')
    expect(said).toContain('There is no act "dance".')
    expect(said).toContain('This exercise does not allow that.')
    expect(said).toContain('controller: is missing.')
    expect(said).toContain('There are hints for taken-over (1 points).')
    expect(done.hints).toEqual(['taken-over'])
    expect(done.acts).toEqual([])
    expect(done.result.points).toBe(0)
    expect(said).toContain('✗ taken-over, 0 of 2 points: Nobody took over.')
  })

  it('comes to its end where nobody types any more', async () => {
    expect((await typed([])).done).toMatchObject({ acts: [], predictions: {}, result: { points: 0 } })
  })

  it('begins anew when it is told to', async () => {
    const { done } = await typed(['', 'wait 100', `kill controller=${String(victim)}`, 'again', 'wait 800', ...WELL.slice(2)])
    expect(done.acts).toHaveLength(1)
  })

  it('reads service requests', () => {
    expect(typedAct('request to=b id=7 name=set-automatic-giveback params.enabled=false')).toEqual({
      ok: true,
      value: { act: 'request', parameters: { to: 'b', id: '7', name: 'set-automatic-giveback', params: { enabled: false } } },
    })
  })
})

describe('what was done in a terminal', () => {
  it('is graded anew with the same result', async () => {
    const { done } = await typed(WELL)
    const grade = await graded(writeSubmission(submissionOf(done)))
    expect(grade).toMatchObject({ learner: 'Ada', exercise: 'an-example', points: 3, of: 3, status: 'passed', problems: [] })
    expect(grade.outcomes).toEqual(exercise.outcomes)
  })

  it.each<readonly [string, Partial<Submission>, string]>([
    ['has the seed of somebody else', { seed: SEED + 1 }, 'it has the seed of another learner'],
    ['claims more points', { result: { hash: '0', points: 99 } }, 'The run was another one than the file says.'],
    ['is of another version of the exercise', { exerciseHash: 'other' }, 'The learner had another version of the exercise.'],
    ['is of another version of the lab', { labVersion: '2' }, 'The learner had version 2 of the lab'],
    [
      'does what is not allowed',
      { acts: [{ event: 900, act: 'cut-interconnect', parameters: {} }] },
      'where the exercise does not allow it',
    ],
  ])('is doubtful if it %s, even where its check fits', async (_, changed, problem) => {
    const { done } = await typed(WELL)
    const grade = await graded(writeSubmission(submissionOf(done, changed)))
    expect(grade.status).toBe('doubtful')
    expect(grade.problems.join(' ')).toContain(problem)
  })

  it('counts for another learner only with his own run', async () => {
    const { done } = await typed(WELL)
    const grade = await graded(writeSubmission(submissionOf(done, { learner: 'Eve', seed: seedOfLearner('an-example', 'Eve') })))
    expect(grade.status).toBe('doubtful')
  })

  it('was changed by hand: that is found', async () => {
    const { done } = await typed(WELL)
    const grade = await graded(writeSubmission(submissionOf(done)).replace('"claimed"', '"serving"'))
    expect(grade.problems).toContain('The file was changed after the lab wrote it.')
  })
})
