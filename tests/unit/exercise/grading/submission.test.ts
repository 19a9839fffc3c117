import { describe, expect, it } from 'vitest'
import { seedOfLearner } from '../../../../src-main/exercise/grading/learner-seed'
import { hashOfText, readSubmission, writeSubmission, type Submission } from '../../../../src-main/exercise/grading/submission'

const SUBMISSION: Submission = {
  format: 1,
  exercise: 'kill-hang-cut',
  exerciseHash: hashOfText('the file'),
  learner: 'Ada',
  seed: seedOfLearner('kill-hang-cut', 'Ada'),
  acts: [
    { event: 300, act: 'kill', parameters: { controller: 'a' } },
    { event: 300, act: 'request', parameters: { to: 'b', id: 'r1', name: 'list-luns', params: {} } },
  ],
  predictions: { order: { kind: 'order', items: ['fenced', 'claimed'] } },
  answers: { gap: { kind: 'number', value: 12.5 } },
  hints: ['taken-over'],
  labVersion: '0.1.0',
  result: { hash: '0123456789abcdef', points: 3 },
}

describe('a submission', () => {
  it('is read as it was written', () => {
    expect(readSubmission(writeSubmission(SUBMISSION))).toEqual({ ok: true, value: { submission: SUBMISSION, isUntouched: true } })
  })

  it.each([
    ['"points": 3', '"points": 4'],
    ['"learner": "Ada"', '"learner": "Eve"'],
    ['"event": 300', '"event": 299'],
    ['"claimed"', '"served"'],
  ])('shows that %s became %s', (before, after) => {
    const changed = writeSubmission(SUBMISSION).replace(before, after)
    expect(changed).not.toBe(writeSubmission(SUBMISSION))
    expect(readSubmission(changed)).toMatchObject({ ok: true, value: { isUntouched: false } })
  })

  it('is the same in another order of its fields', () => {
    const fields = JSON.parse(writeSubmission(SUBMISSION)) as Record<string, unknown>
    const turned = JSON.stringify(Object.fromEntries(Object.entries(fields).toReversed()))
    expect(readSubmission(turned)).toMatchObject({ ok: true, value: { isUntouched: true } })
  })

  it.each([
    ['', 'is not valid JSON'],
    ['5', 'is no submission'],
    ['[]', 'has no format'],
    ['{}', 'has no format'],
    [writeSubmission(SUBMISSION).replace('"format": 1', '"format": 2'), 'another version of the lab'],
    [writeSubmission(SUBMISSION).replace('"controller": "a"', '"controller": "c"'), 'acts.0.parameters: must be "a" or "b"'],
    [writeSubmission(SUBMISSION).replace('"event": 300', '"event": 900'), 'in acts: it must be in the order of their events'],
    [writeSubmission(SUBMISSION).replace('"act": "kill"', '"act": "murder"'), 'acts.0.act'],
  ])('that is none is refused: %s', (text, problem) => {
    const read = readSubmission(text)
    expect(read.ok ? '' : read.error).toContain(problem)
  })
})

describe('the seed of a learner', () => {
  it('is his own, the same for the same name, and another one in another exercise', () => {
    expect(seedOfLearner('x', 'Ada')).toBe(seedOfLearner('x', ' ada '))
    expect(seedOfLearner('x', 'Ada')).not.toBe(seedOfLearner('x', 'Bob'))
    expect(seedOfLearner('x', 'Ada')).not.toBe(seedOfLearner('y', 'Ada'))
    const seeds = Array.from({ length: 1000 }, (_, index) => seedOfLearner('x', `learner ${index}`))
    expect(new Set(seeds).size).toBe(1000)
    expect(Math.max(...seeds)).toBeLessThan(2 ** 28)
  })
})
