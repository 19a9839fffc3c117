import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failure, ok } from '../../../../src-main/base/result'
import type { ExerciseDesk, ExerciseOrder } from '../../../../src-main/contract/exercise-desk'
import type { LabSnapshot } from '../../../../src-main/contract/snapshot'
import { skeleton } from '../../../../src-main/exercise/authoring/skeleton'
import { Desk } from '../../../../src-main/exercise/desk/desk'
import type { ExercisePlayer } from '../../../../src-main/exercise/desk/desk-parts'
import { LearnerFiles } from '../../../../src-main/exercise/desk/learner-files'
import { readSubmission } from '../../../../src-main/exercise/grading/submission'
import { directShelf } from '../../../support/direct-shelf'
import { fakeLiveLab } from '../../../support/fake-live-lab'
import { createFakeLab } from '../../../support/fake-lab'
import { projectDir } from '../../../support/planted-build'

const ORDER = { order: { kind: 'order' as const, items: ['fenced', 'claimed', 'serving'] } }
const ANSWERS = {
  gap: { kind: 'gap' as const, fromMs: 1500, durationMs: 900 },
  what: { kind: 'choice' as const, option: 'hang' },
  waited: { kind: 'choice' as const, option: 'silence' },
}
let folder: string
let snapshot: LabSnapshot
let asked: string[]
let shown: ExerciseDesk[]
let player: { -readonly [K in keyof ExercisePlayer]: ExercisePlayer[K] }

beforeEach(async () => {
  snapshot = await createFakeLab().api.snapshot()
  folder = fs.mkdtempSync(path.join(tmpdir(), 'desk-'))
  fs.mkdirSync(path.join(folder, 'exercises', 'tryout'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'exercises', 'tryout', 'exercise.md'), skeleton('tryout'))
  asked = []
  shown = []
  player = {
    now: { event: 500, atMs: 50, speed: 0.1 },
    open: ({ acts, at, speed }) => {
      asked.push(`open with ${acts.length} at ${at ?? 'the beginning'}${speed === undefined ? '' : ` at speed ${speed}`}`)
      return Promise.resolve(ok(null))
    },
    grade: ({ acts, predictions, hints }) => {
      asked.push(`grade ${acts.length} acts, ${Object.keys(predictions).length} predictions, ${hints.length} hints`)
      return Promise.resolve(ok({ points: 2, of: 3, passed: false, hash: 'abc', checks: [], questions: [] }))
    },
    showTry: ({ name }) => {
      asked.push(`show ${name}`)
      return Promise.resolve(ok(null))
    },
    goToEnd: () => Promise.resolve(ok(null)),
    close: () => Promise.resolve(ok(null)),
  }
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

function desk(): Desk {
  return new Desk({
    shelf: directShelf([path.join(folder, 'exercises')]),
    learners: new LearnerFiles(path.join(folder, 'learners')),
    player,
    live: { lab: fakeLiveLab(() => snapshot), folder: path.join(folder, 'tries') },
    labVersion: '1.2.3',
    changed: (view) => shown.push(view),
  })
}

async function obey(made: Desk, ...orders: readonly ExerciseOrder[]): Promise<void> {
  for (const order of orders) expect(await made.order(order)).toEqual({ ok: true, value: null })
}

async function running(): Promise<{ made: Desk; victim: string }> {
  const made = desk()
  await obey(made, { order: 'learner', name: 'Ada' }, { order: 'open', id: 'tryout' }, { order: 'predict', predictions: ORDER })
  const victim = made.view.attempt?.sheet.allowed[0]?.parameters['controller']
  return { made, victim: String(victim) }
}

const refused = (message: string) => ({ ok: false, error: { message: expect.stringContaining(message) as string } })

describe('the desk', () => {
  it('wants to know who is there before it opens an exercise, and keeps one file for each learner', async () => {
    const made = desk()
    expect(await made.order({ order: 'open', id: 'tryout' })).toMatchObject(refused('Say who you are first'))
    expect(await made.order({ order: 'predict', predictions: {} })).toMatchObject(refused('No exercise is open'))
    await obey(made, { order: 'learner', name: ' Ada ' }, { order: 'learner', name: 'Bob' })
    expect(made.view).toMatchObject({ learners: ['Ada', 'Bob'], learner: 'Bob', attempt: undefined })
    expect(await made.order({ order: 'open', id: 'nothing' })).toMatchObject(refused('There is no exercise "nothing"'))
  })

  it('removes a learner with all that is kept of him, also the one who is there', async () => {
    const made = desk()
    await obey(made, { order: 'learner', name: 'Ada' }, { order: 'learner', name: 'Bob' }, { order: 'open', id: 'tryout' })
    await obey(made, { order: 'remove-learner', name: 'Ada' })
    expect(made.view).toMatchObject({ learners: ['Bob'], learner: 'Bob', attempt: { phase: 'predicting' } })
    await obey(made, { order: 'remove-learner', name: 'Bob' })
    expect(made.view).toMatchObject({ learners: [], learner: undefined, attempt: undefined })
    expect(fs.readdirSync(path.join(folder, 'learners'))).toEqual([])
    expect(await made.order({ order: 'remove-learner', name: 'Bob' })).toMatchObject(refused('There is no learner "Bob"'))
  })

  it('deletes the recordings of the tries of a learner who is removed, and of nobody else', async () => {
    const tries = path.join(folder, 'tries')
    fs.mkdirSync(tries)
    for (const file of ['Ada.live-takeover', 'Ada.tryout', 'Ada Byron.live-takeover', 'Ada%2e.tryout'])
      fs.writeFileSync(path.join(tries, `${file}.ndjson`), 'recorded')
    const made = desk()
    await obey(made, { order: 'learner', name: 'Ada' }, { order: 'remove-learner', name: 'Ada' })
    expect(fs.readdirSync(tries).toSorted()).toEqual(['Ada Byron.live-takeover.ndjson', 'Ada%2e.tryout.ndjson'])
  })

  it('says to a check what the author says in the language of now, not in that in which it was graded', async () => {
    const { made } = await running()
    const check = { text: 'right("order")', value: 'false', points: 0, of: 1, events: [] } as const
    const checks = ['order-predicted', 'of-before'].map((id) => ({ ...check, id, message: 'Wie zuvor gesagt.' }))
    player.grade = () => Promise.resolve(ok({ points: 0, of: 1, passed: false, hash: 'abc', checks, questions: [] }))
    made.runEnded()
    await obey(made, { order: 'language', language: 'en' })
    const said = made.view.attempt?.grades?.checks.map(({ message }) => message)
    expect(said).toEqual(['It happened in another order than you said.', 'Wie zuvor gesagt.'])
  })

  it('counts a hint in later tries, too, and shows it there', async () => {
    const { made } = await running()
    await obey(made, { order: 'hint', check: 'taken-over' }, { order: 'again' })
    expect(made.view.attempt).toMatchObject({ phase: 'predicting', sheet: { hints: [{ cost: 1, text: expect.anything() as string }] } })
    await obey(made, { order: 'predict', predictions: ORDER })
    made.runEnded()
    await obey(made, { order: 'language', language: 'en' })
    expect(asked.at(-1)).toBe('grade 0 acts, 1 predictions, 1 hints')
  })

  it('shows what a learner may know: no right reply, no hint that was not taken', async () => {
    const { made } = await running()
    const { sheet } = made.view.attempt ?? {}
    expect(JSON.stringify(sheet)).not.toMatch(/takeover\.fenced|The dots beside/)
    expect(sheet?.hints).toEqual([{ check: 'taken-over', cost: 1, text: undefined }])
    await obey(made, { order: 'hint', check: 'taken-over' })
    expect(made.view.attempt?.sheet.hints[0]?.text).toContain('The dots beside')
    expect(await made.order({ order: 'hint', check: 'order-predicted' })).toMatchObject(refused('There is no hint'))
  })

  it('has the run made ready when the predictions are locked, and made anew with each act, from where it is', async () => {
    const { made, victim } = await running()
    await obey(made, { order: 'act', act: 'kill', parameters: { controller: victim } })
    expect(asked).toEqual(['open with 0 at the beginning', 'open with 1 at 500 at speed 0.1'])
    expect(made.view.attempt?.acts).toEqual([{ event: 500, atMs: 50, act: 'kill', parameters: { controller: victim } }])
  })

  it('lets nobody act otherwise than the exercise allows, or while there is no run', async () => {
    const { made, victim } = await running()
    const other = victim === 'a' ? 'b' : 'a'
    expect(await made.order({ order: 'act', act: 'kill', parameters: { controller: other } })).toMatchObject(refused('does not allow'))
    expect(await made.order({ order: 'act', act: 'kill', parameters: { controller: 'c' } })).toMatchObject(refused('"controller"'))
    expect(await made.order({ order: 'act', act: 'explode', parameters: {} })).toMatchObject(refused('There is no act "explode"'))
    player.now = undefined
    expect(await made.order({ order: 'act', act: 'kill', parameters: { controller: victim } })).toMatchObject(refused('not ready'))
    expect(made.view.attempt?.acts).toEqual([])
  })

  it('grades when the run has ended, and gives the file to hand in', async () => {
    const { made, victim } = await running()
    await obey(made, { order: 'hint', check: 'taken-over' }, { order: 'act', act: 'kill', parameters: { controller: victim } })
    made.runEnded()
    made.runEnded()
    await obey(made, { order: 'language', language: 'en' })
    expect(asked.filter((one) => one.startsWith('grade'))).toEqual(['grade 1 acts, 1 predictions, 1 hints'])
    expect(made.view.attempt).toMatchObject({ phase: 'graded', grades: { points: 2 }, isBusy: false })
    expect(made.view.exercises[0]?.progress).toEqual({ phase: 'graded', tries: 1, best: { points: 2, of: 3 }, passed: false })
    const read = readSubmission(made.view.attempt?.submission ?? '')
    expect(read).toMatchObject({
      ok: true,
      value: { isUntouched: true, submission: { learner: 'Ada', result: { hash: 'abc', points: 2 } } },
    })
    expect(shown.some(({ attempt }) => attempt?.isBusy === true)).toBe(true)
  })

  it('goes on where it was after a restart, and grades then what was not graded', async () => {
    const { made } = await running()
    player.grade = () => Promise.resolve(failure({ code: 'failed', message: 'The player ended.' }))
    made.runEnded()
    await obey(made, { order: 'language', language: 'en' })
    expect(made.view.attempt).toMatchObject({ phase: 'graded', grades: undefined })
    player.grade = () => Promise.resolve(ok({ points: 3, of: 3, passed: true, hash: 'abc', checks: [], questions: [] }))
    const later = desk()
    await obey(later, { order: 'learner', name: 'Ada' }, { order: 'open', id: 'tryout' })
    expect(later.view.attempt).toMatchObject({ phase: 'graded', grades: { passed: true } })
    await obey(later, { order: 'again' })
    expect(later.view.attempt).toMatchObject({ phase: 'predicting', predictions: {}, grades: undefined })
    expect(later.view.exercises[0]?.progress).toMatchObject({ tries: 2, passed: true })
  })

  it('plays a recording to its end, asks about it then, and hands in only what was said of it', async () => {
    const outage = path.join(folder, 'exercises', 'diagnose-an-outage')
    fs.cpSync(path.join(projectDir, 'exercises', 'diagnose-an-outage'), outage, { recursive: true })
    fs.mkdirSync(path.join(folder, 'exercises', 'kill-hang-cut'))
    const made = desk()
    await obey(made, { order: 'learner', name: 'Ada' }, { order: 'open', id: 'diagnose-an-outage' })
    expect(made.view.attempt).toMatchObject({ sheet: { kind: 'recording', allowed: [] }, recording: undefined })
    await obey(made, { order: 'predict', predictions: { likely: { kind: 'choice', option: 'hang' } } })
    expect(asked).toEqual(['open with 0 at the beginning'])
    expect(made.view.attempt).toMatchObject({ phase: 'running', recording: 'diagnose-an-outage' })
    expect(await made.order({ order: 'act', act: 'kill', parameters: { controller: 'a' } })).toMatchObject(refused('does not allow'))
    made.runEnded()
    await obey(made, { order: 'language', language: 'de' })
    expect(made.view.attempt).toMatchObject({ phase: 'answering', recording: 'diagnose-an-outage', sheet: { language: 'de' } })
    await obey(made, { order: 'answer', answers: ANSWERS })
    const read = readSubmission(made.view.attempt?.submission ?? '')
    expect(read).toMatchObject({ ok: true, value: { submission: { acts: [], answers: ANSWERS, result: { hash: 'abc' } } } })
    expect(made.view.attempt?.submission).not.toContain('"recording"')
  })

  it.each([
    [undefined, 'An order must be an object'],
    [{ order: 'learner', name: '' }, '"name" is wrong'],
    [{ order: 'learner', name: 'x'.repeat(41) }, 'at most 40'],
    [{ order: 'open', id: '../etc' }, '"id" is wrong'],
    [{ order: 'predict', predictions: { gap: { kind: 'number', value: 'many' } } }, 'must be a number'],
    [{ order: 'burn' }, '"order" is wrong'],
  ])('refuses %j', async (order, message) => {
    expect(await desk().order(order)).toMatchObject(refused(message))
    expect(asked).toEqual([])
  })
})
