import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ok } from '../../../../src-main/base/result'
import type { Classroom as ClassroomView } from '../../../../src-main/contract/classroom'
import { LIMITS } from '../../../../src-main/contract/limits'
import { skeleton } from '../../../../src-main/exercise/authoring/skeleton'
import { classFileName, writeClassFile, type ClassFile } from '../../../../src-main/exercise/classroom/class-file'
import { Classroom } from '../../../../src-main/exercise/classroom/classroom'
import { firstAttempt, type Attempt } from '../../../../src-main/exercise/desk/attempt'
import { DemoShelf } from '../../../../src-main/exercise/shelf/demo-folder'
import { FolderShelf } from '../../../../src-main/exercise/shelf/folder-shelf'
import { demoFile, GERMAN_DEMO } from '../../../support/demo-file'

const RIGHT = ['fenced', 'claimed', 'serving']
let root: string
let shared: string
let remembered: (string | undefined)[]
let rooms: Classroom[]

beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'classroom-'))
  shared = path.join(root, 'shared')
  fs.mkdirSync(shared)
  fs.mkdirSync(path.join(root, 'exercises', 'tryout'), { recursive: true })
  fs.writeFileSync(path.join(root, 'exercises', 'tryout', 'exercise.md'), skeleton('tryout'))
  remembered = []
  rooms = []
})
afterEach(() => {
  for (const room of rooms) room.close()
  fs.chmodSync(root, 0o700)
  fs.rmSync(root, { recursive: true })
})

function classroom(labId: string, { isIn = true }: { readonly isIn?: boolean } = {}): Classroom {
  const room = new Classroom({
    shelf: new FolderShelf([path.join(root, 'exercises')]),
    demos: new DemoShelf([path.join(root, 'exercises')]),
    player: {
      open: () => Promise.resolve(ok([{ fromMs: 1 }, { fromMs: 2 }])),
      play: () => Promise.resolve(ok(null)),
      close: () => Promise.resolve(ok(null)),
      isShown: () => true,
    },
    nowMs: () => 5,
    labId,
    folder: isIn ? shared : undefined,
    remember: (one) => remembered.push(one),
    changed: () => undefined,
  })
  rooms.push(room)
  return room
}

const locked = (items: readonly string[], tries = 1): Attempt => ({
  ...firstAttempt(7),
  tries,
  phase: 'running',
  predictions: { order: { kind: 'order', items: [...items] } },
})
const EXERCISE = { exercise: { id: 'tryout' } }
const until = (told: () => void): Promise<void> => vi.waitFor(told, { timeout: 8000, interval: 20 })
const skipped = ({ skipped: all }: ClassroomView) => Object.fromEntries(all.map(({ name, reason }) => [name, reason]))

function put(file: Partial<ClassFile>): void {
  const whole: ClassFile = { exercise: 'tryout', lab: 'lab-9', learner: 'Zoe', tries: 1, predictions: {}, results: [], ...file }
  const written = writeClassFile(whole)
  if (written.ok) fs.writeFileSync(path.join(shared, classFileName(whole)), written.value)
}

describe('the classroom', () => {
  it('puts together what learners of several labs say, as soon as they have locked it', async () => {
    const [one, two, trainer] = [classroom('lab-1'), classroom('lab-2'), classroom('lab-3')]
    await trainer.order({ order: 'look' })
    one.attemptKept('Ada', EXERCISE, firstAttempt(7))
    one.attemptKept('Ada', EXERCISE, locked(RIGHT))
    two.attemptKept('Ada', EXERCISE, locked(RIGHT.toReversed()))
    await until(() => expect(trainer.view.exercise?.replies).toHaveLength(2))
    expect(trainer.view.exercises).toEqual([{ id: 'tryout', title: 'Tryout', learners: 2 }])
    expect(trainer.view.exercise?.replies.map(({ name, predictions }) => [name, predictions['order']])).toEqual(
      expect.arrayContaining([
        ['Ada', { kind: 'order', items: RIGHT }],
        ['Ada', { kind: 'order', items: RIGHT.toReversed() }],
      ]),
    )
    expect(fs.readdirSync(shared).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  it('asks what was asked with the names of what each learner has his own value of', async () => {
    const file = path.join(root, 'exercises', 'tryout', 'exercise.md')
    fs.writeFileSync(file, skeleton('tryout').replace('do these happen?', 'do these happen after ${victim} died?'))
    const room = classroom('lab-1')
    await room.order({ order: 'look', exercise: 'tryout' })
    expect(room.view.exercise?.predictions[0]?.text).toContain('after ‹victim› died?')
    expect(room.view.exercise?.predictions[0]).toMatchObject({ items: [{ id: 'fenced', text: 'The dead controller is fenced.' }, {}, {}] })
  })

  it('tells what was right in the run of each, once that is graded', async () => {
    const room = classroom('lab-1')
    await room.order({ order: 'look', exercise: 'tryout' })
    const questions = [
      { id: 'order', value: 'right' as const, actual: { kind: 'order' as const, items: RIGHT } },
      { id: 'why', value: 'wrong' as const },
    ]
    const grades = { points: 1, of: 1, passed: true, hash: 'x', checks: [], questions }
    room.attemptKept('Ada', EXERCISE, locked(RIGHT))
    room.attemptKept('Ada', EXERCISE, { ...locked(RIGHT), phase: 'graded', grades })
    await until(() => expect(room.view.exercise?.replies[0]?.results).toEqual([questions[0]]))
    expect(room.view.exercise?.replies).toHaveLength(1)
  })

  it('names each file that it cannot read, and counts the others', async () => {
    const room = classroom('lab-1')
    put({ predictions: { order: { kind: 'order', items: RIGHT } } })
    fs.writeFileSync(path.join(shared, 'notes.txt'), 'of somebody else')
    fs.writeFileSync(path.join(shared, '.DS_Store'), '')
    fs.writeFileSync(path.join(shared, 'takeover-reply-a.json'), '{"format":1,"what":"takeover-lab-cl')
    fs.writeFileSync(path.join(shared, 'takeover-reply-b.json'), Buffer.alloc(LIMITS.classFileBytes + 1, 32))
    fs.mkdirSync(path.join(shared, 'takeover-reply-c.json'))
    fs.symlinkSync('/dev/zero', path.join(shared, 'takeover-reply-d.json'))
    fs.writeFileSync(path.join(shared, 'takeover-reply-e.json.new'), '{')
    fs.utimesSync(path.join(shared, 'takeover-reply-e.json.new'), 1, 1)
    fs.writeFileSync(path.join(shared, 'takeover-reply-f.json.new'), '{')
    fs.writeFileSync(path.join(shared, 'takeover-reply-g.json'), '{"format":2,"what":"takeover-lab-class-reply"}')
    await room.order({ order: 'look', exercise: 'tryout' })
    await until(() => expect(room.view.exercise?.replies).toHaveLength(1))
    expect(skipped(room.view)).toEqual({
      'notes.txt': 'foreign',
      'takeover-reply-a.json': 'half-written',
      'takeover-reply-b.json': 'large',
      'takeover-reply-c.json': 'foreign',
      'takeover-reply-d.json': 'foreign',
      'takeover-reply-e.json.new': 'half-written',
      'takeover-reply-g.json': 'newer',
    })
  })

  it('names only some of very many files, and says how many more there are', async () => {
    const room = classroom('lab-1')
    for (let index = 0; index < LIMITS.classSkippedNamed + 5; index++) fs.writeFileSync(path.join(shared, `n${index}`), '')
    await room.order({ order: 'look' })
    await until(() => expect(room.view.moreSkipped).toBe(5))
    expect(room.view.skipped).toHaveLength(LIMITS.classSkippedNamed)
  })

  it('leaves out what does not fit the questions', async () => {
    const room = classroom('lab-1')
    put({ learner: 'Fits', predictions: { order: { kind: 'order', items: RIGHT } } })
    put({ learner: 'OtherKind', predictions: { order: { kind: 'number', value: 1 } } })
    put({ learner: 'OtherItems', predictions: { order: { kind: 'order', items: ['fenced', 'fenced', 'serving'] } } })
    put({ learner: 'OtherQuestion', predictions: { colour: { kind: 'text', text: 'red' } } })
    await room.order({ order: 'look', exercise: 'tryout' })
    await until(() => expect(room.view.exercise).toMatchObject({ replies: [{ name: 'Fits' }], ofOtherVersion: 3 }))
  })

  it('goes on where the folder is gone, and writes what is missing once it is back', async () => {
    const room = classroom('lab-1')
    fs.rmSync(shared, { recursive: true })
    room.attemptKept('Ada', EXERCISE, locked(RIGHT))
    await until(() => expect(room.view).toMatchObject({ trouble: 'gone', waiting: 1 }))
    fs.mkdirSync(shared)
    await until(() => expect(room.view).toMatchObject({ trouble: undefined, waiting: 0 }))
    expect(fs.readdirSync(shared)).toHaveLength(1)
  })

  it('takes only a folder that is there, and remembers it', async () => {
    const room = classroom('lab-1', { isIn: false })
    fs.writeFileSync(path.join(root, 'file'), '')
    const refusals: readonly (readonly [string, string])[] = [
      ['class', 'no whole path'],
      [path.join(root, 'nowhere'), 'Make the folder first'],
      [path.join(root, 'file'), 'is no folder'],
      ['', 'must not be empty'],
    ]
    for (const [folder, message] of refusals)
      expect(await room.order({ order: 'folder', folder })).toMatchObject({
        error: { message: expect.stringContaining(message) as string },
      })
    expect(room.view.folder).toBeUndefined()
    expect(await room.order({ order: 'folder', folder: shared })).toEqual({ ok: true, value: null })
    expect(room.view.folder).toBe(shared)
    await room.order({ order: 'folder' })
    expect(remembered).toEqual([shared, undefined])
    room.attemptKept('Ada', EXERCISE, locked(RIGHT))
    expect(room.view.waiting).toBe(0)
  })

  it('lists demos once somebody looks at them, broken ones too, and shows one in the language of who looks', async () => {
    const room = classroom('lab-1', { isIn: false })
    for (const name of ['good', 'broken']) fs.mkdirSync(path.join(root, 'exercises', name))
    fs.writeFileSync(path.join(root, 'exercises', 'good', 'demo.md'), demoFile())
    fs.writeFileSync(path.join(root, 'exercises', 'good', 'demo.de.md'), GERMAN_DEMO)
    fs.writeFileSync(path.join(root, 'exercises', 'broken', 'demo.md'), demoFile({ 'minutes: 2': 'minuets: 2' }))
    expect(room.view.demos).toEqual([])
    await room.order({ order: 'language', language: 'de' })
    expect(room.view.demos).toMatchObject([
      { id: 'broken', problems: expect.arrayContaining([expect.stringContaining('broken/demo.md:5')]) as unknown },
      { id: 'demo-tryout', title: 'Ein Absturz', language: 'de', steps: 2, problems: [] },
    ])
    expect(await room.order({ order: 'demo', id: 'demo-tryout' })).toEqual({ ok: true, value: null })
    expect(room.view.demo).toMatchObject({
      title: 'Ein Absturz',
      step: 0,
      steps: [{ title: 'Beide bedienen' }, { notes: 'Fragen, warum.' }],
    })
    await room.order({ order: 'end-demo' })
    expect(room.view.demo).toBeUndefined()
  })

  it.each([
    undefined,
    { order: 'burn' },
    { order: 'demo-step', step: -1 },
    { order: 'look', exercise: '../etc' },
    { order: 'folder', folder: 'x'.repeat(1001) },
  ])('refuses %j', async (order) => {
    expect(await classroom('lab-1').order(order)).toMatchObject({ error: { code: 'bad-command' } })
  })
})
