import { expect, it } from 'vitest'
import { because } from '../../../../src-main/contract/exercise-reason'
import type { Grade } from '../../../../src-main/exercise/grading/grade'
import { gradebook } from '../../../../src-main/exercise/grading/gradebook'

const GRADE: Grade = {
  file: 'ada.json',
  learner: 'Ada',
  exercise: 'one',
  outcomes: ['Say what the fence is for.'],
  points: 3,
  of: 4,
  status: 'failed',
  problems: [],
  checks: [
    { id: 'fenced', verdict: { value: 'true', events: [] }, points: 3, of: 3 },
    { id: 'order', verdict: { value: 'unknown', why: because('goesOn'), events: [] }, points: 0, of: 1 },
  ],
}

it('a gradebook has a line for each submission and a column for each outcome, with its share of the points', () => {
  const other = { ...GRADE, learner: 'Bob', exercise: 'two', outcomes: ['Explain a giveback.'], points: 4, status: 'passed' } as const
  expect(gradebook([GRADE, other]).split('\r\n')).toEqual([
    'learner,exercise,points,of,status,problems,checks,file,Explain a giveback.,Say what the fence is for.',
    'Ada,one,3,4,failed,,fenced: true; order: unknown,ada.json,,0.75',
    'Bob,two,4,4,passed,,fenced: true; order: unknown,ada.json,1.00,',
    '',
  ])
})

it('a name with commas, quotes or the beginning of a formula stays a name', () => {
  const [, line = ''] = gradebook([{ ...GRADE, learner: '=cmd("x"), Eve', problems: ['Two\nlines.'] }]).split('\r\n')
  expect(line.startsWith('"\'=cmd(""x""), Eve",one,')).toBe(true)
  expect(line).toContain('"Two\nlines."')
})
