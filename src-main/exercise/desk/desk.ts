import { present } from '../../base/assert'
import { ok, type Result } from '../../base/result'
import { type AttemptAct, type ExerciseAttempt, type ExerciseDesk, type ExerciseOrder } from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'
import type { Language } from '../../contract/language'
import { decodeAct, whyForbidden } from '../format/allowed'
import { isLive, type LiveExercise } from '../format/exercise'
import { LiveDesk } from './live-desk'
import { seedOfLearner } from '../grading/learner-seed'
import * as attempts from './attempt'
import type { Attempt } from './attempt'
import { repliesOf, runActs, runOf } from './attempt-run'
import type { DeskParts, Opened, OrderInExercise } from './desk-parts'
import type { Learner } from './learner-files'
import { decodeOrder, refused } from './refusal'
import { nameOfTry, ShownAttempts, withProgress } from './shown-attempt'
import type { ShelfEntry } from '../shelf/shelf'

type Outcome = Result<null, LabError>

/** Carries out what learners ask, one after the other, and keeps each step of theirs. */
export class Desk {
  readonly #parts: DeskParts
  readonly live: LiveDesk
  #language: Language = 'en'
  #learner: Learner | undefined
  #opened: Opened | undefined
  #isBusy = false
  #trouble: string | undefined
  /** As they were when somebody last looked. */
  #entries: readonly ShelfEntry[] = []
  #last: Promise<unknown> = Promise.resolve()
  readonly #shown: ShownAttempts

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#shown = new ShownAttempts(parts.labVersion)
    this.live = new LiveDesk({
      ...parts.live,
      isDue: () => void this.#inTurn(() => this.#endLive()),
      changed: () => parts.changed(this.view),
    })
  }

  get view(): ExerciseDesk {
    return {
      learners: this.#parts.learners.names(),
      learner: this.#learner?.name,
      exercises: this.#entries.map((one) => withProgress(one, this.#learner?.attempts ?? {})),
      attempt: this.#shownAttempt(),
    }
  }

  /** Looks at the exercises first, which are files that may have changed. */
  async look(): Promise<ExerciseDesk> {
    this.#entries = await this.#parts.shelf.list(this.#language)
    return this.view
  }

  /** From outside this process: not trusted. */
  order(given: unknown): Promise<Outcome> {
    const order = decodeOrder(given)
    return order.ok ? this.#inTurn(() => this.#carryOut(order.value)) : Promise.resolve(order)
  }

  /** The player shows the end of the run of an exercise. */
  runEnded(): void {
    void this.#inTurn(async () => {
      // A live try ends when its learner says so, whatever the player shows.
      if (this.#attempt?.phase !== 'running' || this.#opened === undefined || isLive(this.#opened.exercise)) return ok(null)
      return this.#keep(attempts.finish(this.#attempt, this.#opened.exercise))
    })
  }

  #inTurn(work: () => Promise<Outcome>): Promise<Outcome> {
    const begin = (): Promise<Outcome> => {
      this.live.stopWaiting()
      return work()
    }
    const outcome = this.#last.then(begin).catch((error: unknown) => refused(error instanceof Error ? error.message : String(error)))
    const told = outcome.then(async ({ ok: isDone, ...rest }) => {
      this.#trouble = isDone || !('error' in rest) ? undefined : rest.error.message
      this.#parts.changed(await this.look().catch(() => this.view))
    })
    this.#last = told
    return told.then(() => outcome)
  }

  async #carryOut(order: ExerciseOrder): Promise<Outcome> {
    switch (order.order) {
      case 'language':
        this.#language = order.language
        return this.#opened === undefined ? ok(null) : this.#read(this.#opened.exercise.id)
      case 'learner':
        return this.#come(order.name)
      case 'remove-learner':
        return this.#remove(order.name)
      case 'open':
        return this.#open(order.id)
      case 'close':
        return this.#leave()
      default:
        return this.#carryOutInExercise(order)
    }
  }

  #carryOutInExercise(order: OrderInExercise): Promise<Outcome> {
    const [attempt, opened] = [this.#attempt, this.#opened]
    if (attempt === undefined || opened === undefined) return Promise.resolve(refused('No exercise is open.'))
    switch (order.order) {
      case 'predict': {
        const step = attempts.predict(attempt, opened.exercise, order.predictions)
        return isLive(opened.exercise) ? this.#beginLive(opened.exercise, step) : this.#keepAndShow(step)
      }
      case 'act':
        return this.#act(attempt, opened, order)
      case 'finish':
        return isLive(opened.exercise) ? this.#endLive() : this.#parts.player.goToEnd()
      case 'answer':
        return this.#keep(attempts.answer(attempt, opened.exercise, order.answers))
      case 'hint':
        if (opened.exercise.checks.every(({ id, hint }) => id !== order.check || hint === undefined))
          return Promise.resolve(refused(`There is no hint for "${order.check}".`))
        return this.#keep(attempts.takeHint(attempt, order.check))
      case 'again':
        return this.#again(attempt)
    }
  }

  async #come(name: string): Promise<Outcome> {
    if (this.#learner?.name === name) return ok(null)
    const learner = this.#parts.learners.read(name)
    this.#parts.learners.write(learner)
    await this.#giveUpLive()
    this.#learner = learner
    this.#opened = undefined
    return this.#parts.player.close()
  }

  async #leave(): Promise<Outcome> {
    await this.#giveUpLive()
    this.#opened = undefined
    return this.#parts.player.close()
  }

  async #remove(name: string): Promise<Outcome> {
    if (!this.#parts.learners.names().includes(name)) return refused(`There is no learner "${name}".`)
    const isHere = this.#learner?.name === name
    if (isHere) await this.live.giveUp()
    this.#parts.learners.remove(name)
    this.live.forget(this.#parts.learners.tryName(name, ''))
    if (!isHere) return ok(null)
    this.#learner = undefined
    this.#opened = undefined
    return this.#parts.player.close()
  }

  async #open(id: string): Promise<Outcome> {
    if (this.#learner === undefined) return refused('Say who you are first: your exercises are kept under your name.')
    if (this.#opened?.exercise.id === id && this.live.isUnderWay) return ok(null)
    await this.#giveUpLive()
    const outcome = await this.#read(id)
    if (!outcome.ok) return outcome
    const attempt = this.#begunBefore(id) ?? attempts.firstAttempt(seedOfLearner(id, this.#learner.name))
    const kept = await this.#keep(ok(attempt))
    return kept.ok && attempt.phase !== 'predicting' ? this.#show(attempt) : kept
  }

  /** A try in a live lab ends with the lab. */
  #begunBefore(id: string): Attempt | undefined {
    const attempt = this.#learner?.attempts[id]
    const isLost = attempt?.phase === 'running' && this.#opened !== undefined && isLive(this.#opened.exercise)
    return isLost ? attempts.tryAgain(attempt) : attempt
  }

  async #beginLive(exercise: LiveExercise, step: Result<Attempt, string>): Promise<Outcome> {
    if (!step.ok) return refused(step.error)
    const closed = await this.#parts.player.close()
    if (!closed.ok) return closed
    const begun = await this.#whileBusy(() => this.live.begin(exercise))
    return begun.ok ? this.#keep(step) : begun
  }

  async #endLive(): Promise<Outcome> {
    const [attempt, opened] = [this.#attempt, this.#opened]
    if (attempt === undefined || opened === undefined || !this.live.isUnderWay) return refused('No try goes on in the live lab.')
    const acts = await this.#whileBusy(() => this.live.end(this.#tryName))
    const kept = await this.#keep(attempts.finish({ ...attempt, acts }, opened.exercise))
    return kept.ok ? this.#show({ ...attempt, acts }) : kept
  }

  /** Whoever goes away from a try that goes on has to begin it anew. */
  async #giveUpLive(): Promise<void> {
    if (!this.live.isUnderWay) return
    await this.live.giveUp()
    if (this.#attempt !== undefined) this.#write(attempts.tryAgain(this.#attempt))
  }

  /** Of the recording of this learner at this exercise. */
  get #tryName(): string {
    return this.#parts.learners.tryName(this.#learner?.name ?? '', this.#opened?.exercise.id ?? '')
  }

  /** With the variables of this learner. */
  async #read(id: string): Promise<Outcome> {
    const seed = seedOfLearner(id, this.#learner?.name ?? '')
    const read = await this.#parts.shelf.open(id, { language: this.#language, seed })
    if (!read.ok) return refused(read.error)
    this.#opened = read.value
    return ok(null)
  }

  async #act(
    attempt: Attempt,
    { exercise }: Opened,
    { act, parameters }: { readonly act: string; readonly parameters: object },
  ): Promise<Outcome> {
    if (isLive(exercise)) {
      const wanted = decodeAct(act, parameters)
      return wanted.ok ? this.live.act(wanted.value) : refused(wanted.error)
    }
    const { now } = this.#parts.player
    if (now === undefined) return refused('The run is not ready yet.')
    const decoded = decodeAct(act, parameters)
    if (!decoded.ok) return refused(decoded.error)
    const why = whyForbidden(exercise, runActs(attempt), decoded.value)
    if (why !== undefined) return refused(why)
    const done: AttemptAct = { event: now.event, atMs: now.atMs, ...decoded.value }
    return this.#keepAndShow(attempts.act(attempt, done), now.speed)
  }

  async #again(attempt: Attempt): Promise<Outcome> {
    await this.live.giveUp()
    return this.#keep(ok(attempts.tryAgain(attempt))).then((kept) => (kept.ok ? this.#parts.player.close() : kept))
  }

  async #keepAndShow(step: Result<Attempt, string>, speed?: number): Promise<Outcome> {
    const kept = await this.#keep(step)
    return kept.ok && step.ok ? this.#show(step.value, speed) : kept
  }

  /** Keeps what an attempt has come to, and grades it if it is to be graded. */
  async #keep(step: Result<Attempt, string>): Promise<Outcome> {
    if (!step.ok) return refused(step.error)
    this.#write(step.value)
    if (step.value.phase !== 'graded' || step.value.grades !== undefined) return ok(null)
    const opened = present(this.#opened, 'an exercise')
    const recording = isLive(opened.exercise) ? { recording: { file: this.live.fileOf(this.#tryName), acts: step.value.acts } } : {}
    const run = { ...runOf(opened, step.value), ...repliesOf(step.value), ...recording }
    const graded = await this.#whileBusy(() => this.#parts.player.grade(run))
    if (graded.ok) this.#write(attempts.grade(step.value, graded.value))
    return graded.ok ? ok(null) : graded
  }

  #write(attempt: Attempt): void {
    const learner = present(this.#learner, 'a learner')
    const opened = present(this.#opened, 'an exercise')
    this.#learner = { ...learner, attempts: { ...learner.attempts, [opened.exercise.id]: attempt } }
    this.#parts.learners.write(this.#learner)
    this.#parts.kept?.(learner.name, opened, attempt)
  }

  /** The run with all that was done in it so far, at the moment of the last act. */
  #show(attempt: Attempt, speed?: number): Promise<Outcome> {
    const opened = present(this.#opened, 'an exercise')
    if (isLive(opened.exercise))
      return this.#whileBusy(() =>
        this.#parts.player.showTry({ name: nameOfTry(opened.exercise, attempt), file: this.live.fileOf(this.#tryName) }),
      )
    const run = runOf(opened, attempt)
    const at = attempt.acts.at(-1)?.event
    return this.#whileBusy(() => this.#parts.player.open({ ...run, ...(at === undefined ? {} : { at }), speed }))
  }

  async #whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#isBusy = true
    this.#parts.changed(this.view)
    try {
      return await work()
    } finally {
      this.#isBusy = false
    }
  }

  get #attempt(): Attempt | undefined {
    return this.#opened === undefined ? undefined : this.#learner?.attempts[this.#opened.exercise.id]
  }

  #shownAttempt(): ExerciseAttempt | undefined {
    const [attempt, opened, learner] = [this.#attempt, this.#opened, this.#learner]
    if (attempt === undefined || opened === undefined || learner === undefined) return undefined
    const trouble = this.live.isWaiting ? this.live.whyWaiting : this.#trouble
    const around = { opened, learner, live: this.live, tryName: this.#tryName, isBusy: this.#isBusy, trouble }
    return this.#shown.attempt(attempt, around)
  }
}
