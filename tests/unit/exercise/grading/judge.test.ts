import { describe, expect, it } from 'vitest'
import { because } from '../../../../src-main/contract/exercise-reason'
import { decodeExercise } from '../../../../src-main/exercise/format/decode'
import type { Exercise } from '../../../../src-main/exercise/format/exercise'
import { judge, type MomentVerdict } from '../../../../src-main/exercise/grading/judge'
import { compareReplies, withReplies } from '../../../../src-main/exercise/grading/replies'
import type { Evidence } from '../../../../src-main/exercise/evidence/evidence'
import { evidenceOf, frameAt, TAKEOVER } from '../../../support/evidence'
import { EXERCISE_FILE } from '../../../support/exercise-file'

function exerciseOf(text = EXERCISE_FILE): Exercise {
  const decoded = decodeExercise({
    file: 'exercise.md',
    text: text.replaceAll('one-of: [a, b]', 'one-of: [a]'),
    seed: 1,
    patterns: new Map(),
    hasPicture: () => true,
  })
  if (!decoded.ok) throw new Error(decoded.error.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  return decoded.value
}

/** The exercise with only this check. */
function withCheck(when: string, check: string): Exercise {
  const begin = EXERCISE_FILE.indexOf('  - id: taken-over')
  const end = EXERCISE_FILE.indexOf('solutions:')
  const fields = `  - id: quick\n    when: ${when}\n    check: ${check}\n    message: No.\n`
  return exerciseOf(EXERCISE_FILE.slice(0, begin) + fields + EXERCISE_FILE.slice(end))
}

function result(when: string, check: string, evidence: Evidence): MomentVerdict | undefined {
  return judge(withCheck(when, check), evidence)[0]?.verdict
}

const run = evidenceOf(TAKEOVER, {
  frames: [frameAt(0, 'a'), frameAt(110, 'b', { event: 5 })],
  outages: [{ lun: 0, spans: [{ fromMs: 95, toMs: 130, isOver: true }], leastMs: 5, listed: 'all' }],
  acts: [{ by: 'script', act: 'kill', parameters: { controller: 'a' }, atMs: 100, event: 2 }],
})

describe('the checks of an exercise', () => {
  it('each have their own result, and one that fails hides no other', () => {
    const results = judge(exerciseOf(), { ...run, predictions: { order: { kind: 'order', items: ['fence', 'detect'] } } })
    expect(results).toEqual([
      { id: 'taken-over', verdict: { value: 'true', events: [7] }, points: 2, of: 2 },
      { id: 'quick', verdict: { value: 'true', events: [] }, points: 1, of: 1 },
      { id: 'guessed', verdict: { value: 'false', events: [3, 4] }, points: 0, of: 1 },
    ])
  })

  it('cost something where a hint was looked at', () => {
    const results = judge(exerciseOf(), run, ['quick', 'guessed'])
    expect(results.map(({ points }) => points)).toEqual([2, 0, 0])
  })

  it('are unknown, not false, where the learner said nothing', () => {
    const [, , guessed] = judge(exerciseOf(), run)
    expect(guessed).toMatchObject({ points: 0, verdict: { value: 'unknown', why: because('notSaid', { id: 'order' }) } })
  })
})

describe('before', () => {
  it('sees only what was before the first act', () => {
    expect(result('before', 'owner-of("alpha") = a and no takeover.detected', run)).toMatchObject({ value: 'true' })
    expect(result('before', 'some host.command', run)).toMatchObject({ value: 'true', events: [1] })
    expect(result('before', 'owner-of("alpha") = b', run)).toMatchObject({ value: 'false' })
  })

  it('is unknown while nothing was done', () => {
    expect(result('before', 'no violation', { ...run, acts: [], isOver: false })).toMatchObject({ value: 'unknown' })
  })
})

describe('throughout', () => {
  it('is false at the first moment at which it does not hold', () => {
    expect(result('throughout', 'owner-of("alpha") = a', run)).toMatchObject({ value: 'false', atMs: 110, events: [5] })
    expect(result('throughout', 'gap(lun 0) < 30 ms', run)).toMatchObject({ value: 'false', atMs: 130 })
    expect(result('throughout', 'count(drive.write) = 0', run)).toMatchObject({ value: 'false', atMs: 112, events: [6] })
  })

  it('is true if it holds at every moment, once the run is over', () => {
    expect(result('throughout', 'gap(lun 0) < 500 ms and interconnect = "up"', run)).toMatchObject({ value: 'true' })
    expect(result('throughout', 'every takeover.serving is after takeover.fenced', run)).toMatchObject({ value: 'true' })
    expect(result('throughout', 'every drive.failed has drive = 0', run)).toMatchObject({
      value: 'unknown',
      why: because('noneOf', { what: 'drive.failed' }),
    })
    expect(result('throughout', 'gap(lun 0) < 500 ms', { ...run, isOver: false })).toMatchObject({
      value: 'unknown',
      why: because('goesOn'),
    })
  })
})

describe('within a time after an event', () => {
  it('sees that time only', () => {
    expect(result('{ within: 10 ms, after: midplane.controller-killed }', 'some takeover.fenced and no drive.write', run)).toMatchObject({
      value: 'true',
    })
    expect(result('{ within: 10 ms, after: midplane.controller-killed }', 'some takeover.serving', run)).toMatchObject({ value: 'false' })
    expect(result('{ within: 20 ms, after: midplane.controller-killed }', 'gap(lun 0) <= 20 ms', run)).toMatchObject({ value: 'true' })
  })

  it('is unknown if the event never came, or the run was over before', () => {
    expect(result('{ within: 10 ms, after: drive.failed }', 'no violation', run)).toMatchObject({
      value: 'unknown',
      why: because('noneOf', { what: 'drive.failed' }),
    })
    expect(result('{ within: 5 s, after: takeover.serving }', 'no violation', run)).toMatchObject({
      value: 'unknown',
      why: because('endsAfter', { ms: 880, what: 'takeover.serving' }),
    })
  })
})

describe('what the learner says', () => {
  it('is filled in for a solution, and then right', () => {
    const exercise = exerciseOf()
    const [solution] = exercise.solutions
    if (solution === undefined) throw new Error('no solution')
    const solved = withReplies(exercise, run, solution)
    expect(solved).toMatchObject({
      predictions: { order: { kind: 'order', items: ['detect', 'fence'] }, length: { kind: 'number', value: 35 } },
      answers: { culprit: { kind: 'event', event: 2 } },
    })
    expect(compareReplies(exercise, solved).map(({ id, right }) => [id, right])).toEqual([
      ['order', 'true'],
      ['length', 'true'],
      ['culprit', 'true'],
    ])
  })

  it('is put beside what happened', () => {
    const said: Evidence = {
      ...run,
      predictions: { order: { kind: 'order', items: ['fence', 'detect'] }, length: { kind: 'number', value: 300 } },
      answers: { culprit: { kind: 'event', event: 4 } },
    }
    expect(compareReplies(exerciseOf(), said)).toEqual([
      {
        id: 'order',
        said: said.predictions['order'],
        actual: { kind: 'order', items: ['detect', 'fence'] },
        right: 'false',
        events: [3, 4],
      },
      { id: 'length', said: said.predictions['length'], actual: { kind: 'number', value: 35 }, right: 'false', events: [] },
      { id: 'culprit', said: said.answers['culprit'], actual: { kind: 'event', event: 2 }, right: 'false', events: [4, 2] },
    ])
  })
})
