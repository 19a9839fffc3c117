import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src-main/contract/limits'
import * as attempts from '../../../../src-main/exercise/desk/attempt'
import type { Attempt, Asked } from '../../../../src-main/exercise/desk/attempt'

const asked: Asked = { predictions: [{ id: 'gap', kind: 'number' }], questions: [{ id: 'why', kind: 'text' }] }
const gap = { kind: 'number', value: 300 } as const
const why = { kind: 'text', text: 'the fence' } as const
const kill = (event: number) => ({ event, atMs: event / 10, act: 'kill', parameters: { controller: 'a' } })
const grades = (points: number, passed = false) => ({ points, of: 10, passed, hash: 'h', checks: [], questions: [] })

function value(step: ReturnType<typeof attempts.predict>): Attempt {
  if (!step.ok) throw new Error(step.error)
  return step.value
}
const running = () => value(attempts.predict(attempts.firstAttempt(7), asked, { gap }))

describe('a try', () => {
  it('goes from predictions over the run and the answers to the grades', () => {
    const first = attempts.firstAttempt(7)
    expect(first).toMatchObject({ phase: 'predicting', seed: 7, tries: 1, passed: false })
    const acted = value(attempts.act(running(), kill(5)))
    expect(acted.acts).toEqual([kill(5)])
    const over = value(attempts.finish(acted, asked))
    expect(over.phase).toBe('answering')
    expect(value(attempts.answer(over, asked, { why }))).toMatchObject({ phase: 'graded', predictions: { gap }, answers: { why } })
  })

  it('is graded at once where there are no questions', () => {
    expect(value(attempts.finish(running(), { ...asked, questions: [] })).phase).toBe('graded')
  })

  it('locks its predictions, and takes only replies of the kind that was asked for', () => {
    expect(attempts.predict(running(), asked, { gap })).toMatchObject({ ok: false, error: expect.stringContaining('locked') as string })
    const first = attempts.firstAttempt(7)
    expect(attempts.predict(first, asked, {})).toMatchObject({ ok: false, error: '"gap" has no reply yet.' })
    expect(attempts.predict(first, asked, { gap: why })).toMatchObject({
      ok: false,
      error: expect.stringContaining('number, not text') as string,
    })
    expect(attempts.predict(first, asked, { gap, more: gap })).toMatchObject({ ok: false, error: 'Nobody asks for "more".' })
  })

  it('lets free text stay empty', () => {
    const over = value(attempts.finish(running(), asked))
    expect(value(attempts.answer(over, asked, {})).phase).toBe('graded')
  })

  it('takes acts only forward in time, only while it runs, and not without end', () => {
    const acted = value(attempts.act(running(), kill(5)))
    expect(attempts.act(acted, kill(4))).toMatchObject({ ok: false, error: expect.stringContaining('0.5 ms') as string })
    expect(attempts.act(acted, kill(5)).ok).toBe(true)
    expect(attempts.act(attempts.firstAttempt(7), kill(5)).ok).toBe(false)
    const full = { ...running(), acts: Array.from({ length: LIMITS.exerciseActs }, () => kill(1)) }
    expect(attempts.act(full, kill(1))).toMatchObject({ ok: false, error: expect.stringContaining('More is not possible') as string })
  })

  it('keeps each hint once, and gives none when it is graded', () => {
    const hinted = value(attempts.takeHint(value(attempts.takeHint(running(), 'fence')), 'fence'))
    expect(hinted.hints).toEqual(['fence'])
    expect(attempts.takeHint({ ...hinted, phase: 'graded' }, 'other').ok).toBe(false)
  })

  it('begins anew with its seed and what was reached before', () => {
    const first = attempts.grade({ ...running(), phase: 'graded' }, grades(6, true))
    const second = attempts.tryAgain(first)
    expect(second).toEqual({ ...attempts.firstAttempt(7), tries: 2, best: { points: 6, of: 10 }, passed: true })
    const worse = attempts.grade({ ...second, phase: 'graded' }, grades(2))
    expect(worse).toMatchObject({ best: { points: 6, of: 10 }, passed: true, grades: { points: 2 } })
    expect(attempts.grade(worse, grades(9)).best).toEqual({ points: 9, of: 10 })
  })
})
