import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { ok } from '../../../src-main/base/result'
import { LIMITS } from '../../../src-main/contract/limits'
import { skeleton } from '../../../src-main/exercise/authoring/skeleton'
import { Desk } from '../../../src-main/exercise/desk/desk'
import type { ExercisePlayer } from '../../../src-main/exercise/desk/desk-parts'
import { LearnerFiles } from '../../../src-main/exercise/desk/learner-files'
import { directShelf } from '../../support/direct-shelf'
import { createFakeLab } from '../../support/fake-lab'
import { fakeLiveLab } from '../../support/fake-live-lab'
import { edited, jsonEdit, type JsonEdit } from '../generators/json'
import { expectThat, fuzzTarget, type CaseBench } from '../target'

interface DeskCase {
  readonly orders: readonly { readonly order: unknown; readonly edits: readonly JsonEdit[] }[]
}

const EXERCISE = 'tryout'
const name = fc.oneof(
  fc.constantFrom('Ada', ' Ada ', 'Bob', '../Ada', '..', '.', '/', 'con', '\u202eAda', 'a'.repeat(LIMITS.learnerNameLength)),
  fc.string({ maxLength: 12, unit: 'binary' }),
)
const question = fc.constantFrom('order', 'nothing', '__proto__', 'constructor', '')
const text = fc.constantFrom('fenced', 'claimed', 'serving', '', '__proto__')
const count = fc.constantFrom(0, 1, 500, 2 ** 40, -1, 0.5)
const reply = fc.oneof(
  fc.record({ kind: fc.constant('order'), items: fc.array(text, { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('number'), value: count }),
  fc.record({ kind: fc.constant('choice'), option: text }),
  fc.record({ kind: fc.constant('gap'), fromMs: count, durationMs: count }),
  fc.record({ kind: fc.constant('blocks'), blocks: fc.array(count, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('event'), event: count }),
  fc.record({ kind: fc.constant('text'), text: fc.string({ maxLength: 30 }) }),
)
const replies = fc.array(fc.tuple(question, reply), { maxLength: 3 }).map((entries) => Object.fromEntries(entries))
/** As they are when they have been kept as JSON: with a prototype, and without a negative zero. */
const parameters = fc
  .dictionary(fc.constantFrom('controller', 'drive', '__proto__'), fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 })))
  .map((drawn) => JSON.parse(JSON.stringify(drawn)) as unknown)
/** As a learner does it, most of the time, so that cases come far. */
const order: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ order: fc.constantFrom('learner', 'remove-learner'), name }) },
  { weight: 3, arbitrary: fc.constant({ order: 'learner', name: 'Ada' }) },
  { weight: 4, arbitrary: fc.record({ order: fc.constant('open'), id: fc.constantFrom(EXERCISE, EXERCISE, EXERCISE, 'none', '..', '') }) },
  { weight: 4, arbitrary: fc.record({ order: fc.constant('predict'), predictions: replies }) },
  { weight: 4, arbitrary: fc.record({ order: fc.constant('act'), act: fc.constantFrom('kill', 'hang', 'move', ''), parameters }) },
  { weight: 2, arbitrary: fc.record({ order: fc.constant('answer'), answers: replies }) },
  { weight: 1, arbitrary: fc.record({ order: fc.constant('hint'), check: question }) },
  { weight: 3, arbitrary: fc.record({ order: fc.constantFrom('close', 'finish', 'again') }) },
  { weight: 1, arbitrary: fc.record({ order: fc.constant('language'), language: fc.constantFrom('en', 'de', 'fr') }) },
)
const cases: fc.Arbitrary<DeskCase> = fc.record({
  orders: fc.array(
    fc.record({
      order,
      edits: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(jsonEdit, { maxLength: 2 }) }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
})

const snapshot = await createFakeLab().api.snapshot()

/** What goes to each window at every change. */
const VIEW_BYTES = 4 * 1024 * 1024

/** Whoever may send orders of exercises, over a desk with real files and a player that shows nothing. */
class DeskBench implements CaseBench<DeskCase> {
  readonly #outside = fs.mkdtempSync(path.join(tmpdir(), 'takeover-fuzz-desk-'))
  readonly #learners = path.join(this.#outside, 'lab', 'learners')
  readonly #desk: Desk

  constructor() {
    const exercises = path.join(this.#outside, 'exercises')
    fs.mkdirSync(path.join(exercises, EXERCISE), { recursive: true })
    fs.writeFileSync(path.join(exercises, EXERCISE, 'exercise.md'), skeleton(EXERCISE))
    this.#desk = new Desk({
      shelf: directShelf([exercises]),
      live: { lab: fakeLiveLab(() => snapshot), folder: path.join(this.#outside, 'lab', 'tries') },
      learners: new LearnerFiles(this.#learners),
      player: quietPlayer,
      labVersion: '1',
      changed: () => undefined,
    })
  }

  async run({ orders }: DeskCase): Promise<void> {
    for (const { order, edits } of orders) {
      const outcome = await this.#desk.order(edited(order, edits))
      // What a bug throws is no sentence.
      expectThat(
        outcome.ok || outcome.error.message.endsWith('.'),
        () => `an order was refused without a sentence: ${JSON.stringify(outcome)}`,
      )
      this.#desk.runEnded()
    }
    this.#look()
  }

  #look(): void {
    const { learners, learner } = this.#desk.view
    const bytes = JSON.stringify(this.#desk.view).length
    expectThat(bytes <= VIEW_BYTES, () => `a view of ${bytes} bytes`)
    expectThat(learner === undefined || learners.includes(learner), () => 'somebody is at the desk who is not known')
    const files = fs.existsSync(this.#learners) ? fs.readdirSync(this.#learners) : []
    expectThat(files.length >= learners.length, () => `${learners.length} learners in ${files.length} files`)
    const inLab = fs.existsSync(path.dirname(this.#learners)) ? fs.readdirSync(path.dirname(this.#learners)) : []
    const around = [...fs.readdirSync(this.#outside), ...inLab]
    expectThat(
      around.every((entry) => ['exercises', 'lab', 'learners', 'tries'].includes(entry)),
      () => `files are elsewhere: ${around.join(', ')}`,
    )
  }

  /** A learner who does everything right still comes to the end. */
  async finish(): Promise<void> {
    const predictions = { order: { kind: 'order', items: ['fenced', 'claimed', 'serving'] } }
    const orders = [
      { order: 'learner', name: 'Ada' },
      { order: 'open', id: EXERCISE },
      { order: 'again' },
      { order: 'predict', predictions },
    ]
    // A try that has not begun is not begun again.
    for (const order of orders) await this.#desk.order(order)
    const phase = this.#desk.view.attempt?.phase
    expectThat(phase === 'running', () => `after all predictions, the try of Ada is ${phase}: ${this.#desk.view.attempt?.trouble}`)
  }

  close(): void {
    fs.rmSync(this.#outside, { recursive: true, force: true })
  }
}

const quietPlayer: ExercisePlayer = {
  now: { event: 500, atMs: 50, speed: 0.1 },
  open: () => Promise.resolve(ok(null)),
  grade: () => Promise.resolve(ok({ points: 2, of: 3, passed: false, hash: 'abc', checks: [], questions: [] })),
  showTry: () => Promise.resolve(ok(null)),
  goToEnd: () => Promise.resolve(ok(null)),
  close: () => Promise.resolve(ok(null)),
}

export const deskTarget = fuzzTarget<DeskCase>({
  name: 'desk',
  share: 2,
  casesPerBench: 100,
  growthMib: 48,
  slowMs: 3000,
  cases,
  open: () => new DeskBench(),
})
