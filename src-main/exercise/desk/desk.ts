import * as fs from 'node:fs'
import * as v from 'valibot'
import { present } from '../../base/assert'
import { failure, ok, type Result } from '../../base/result'
import {
  exerciseOrderSchema,
  type AttemptAct,
  type ExerciseAttempt,
  type ExerciseDesk,
  type ExerciseEntry,
  type ExerciseGrades,
  type ExerciseOrder,
} from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'
import type { Language } from '../../contract/language'
import type { ExerciseRunOrder, GradeOrder, RecordingPlace, SimulationMoment } from '../../contract/simulation'
import { decodeAct, whyForbidden } from '../format/allowed'
import { isLive, type Exercise, type LiveExercise } from '../format/exercise'
import { LiveDesk, type LiveDeskParts } from './live-desk'
import { packRecording } from '../live/packed-recording'
import type { ActAfter } from '../world/exercise-run'
import { writeSubmission, type SubmittedAct } from '../grading/submission'
import { seedOfLearner } from '../grading/learner-seed'
import * as attempts from './attempt'
import type { Attempt } from './attempt'
import type { Learner, LearnerFiles } from './learner-files'
import { sheetOf } from './sheet'
import type { Shelf, ShelfEntry } from '../shelf/shelf'

type Outcome = Result<null, LabError>
type OrderInExercise = Exclude<ExerciseOrder, { readonly order: 'language' | 'learner' | 'remove-learner' | 'open' | 'close' }>

/** The player, as the desk uses it: one run at a time. */
export interface ExercisePlayer {
  open(run: Omit<ExerciseRunOrder, 'order'>): Promise<Outcome>
  /** The recording of a live try, at its end. */
  showTry(place: RecordingPlace): Promise<Outcome>
  grade(run: Omit<GradeOrder, 'order'>): Promise<Result<ExerciseGrades, LabError>>
  goToEnd(): Promise<Outcome>
  close(): Promise<Outcome>
  /** What is shown now of the run that was opened last; undefined while it is not. `speed`: at which it plays. */
  readonly now: (SimulationMoment & { readonly speed: number | undefined }) | undefined
}

export interface DeskParts {
  readonly shelf: Shelf
  readonly learners: LearnerFiles
  readonly player: ExercisePlayer
  readonly live: Pick<LiveDeskParts, 'lab' | 'folder'>
  readonly labVersion: string
  /** A try has come to another step, for the class. */
  readonly kept?: (learner: string, exercise: Opened, attempt: Attempt) => void
  /** What the desk shows is different now. */
  readonly changed: (desk: ExerciseDesk) => void
}

interface Opened {
  readonly exercise: Exercise
  readonly language: Language
  readonly hash: string
  readonly file: string
  readonly pictures: Readonly<Record<string, string>>
}

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
  #packed: { readonly hash: string; readonly recording: string } | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: DeskParts) {
    this.#parts = parts
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
      exercises: this.#entries.map((one) => this.#withProgress(one)),
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
    const parsed = v.safeParse(exerciseOrderSchema, given)
    if (!parsed.success) return Promise.resolve(badOrder(parsed.issues[0]))
    return this.#inTurn(() => this.#carryOut(parsed.output))
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
    const outcome = this.#last.then(work).catch((error: unknown) => refused(error instanceof Error ? error.message : String(error)))
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
    this.#parts.learners.remove(name)
    if (this.#learner?.name !== name) return ok(null)
    await this.live.giveUp()
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
    if (isLive(opened.exercise)) return this.#whileBusy(() => this.#parts.player.showTry(this.#recordingOf(attempt)))
    const run = runOf(opened, attempt)
    const at = attempt.acts.at(-1)?.event
    return this.#whileBusy(() => this.#parts.player.open({ ...run, ...(at === undefined ? {} : { at }), speed }))
  }

  /** `name`: as the player shows it. */
  #recordingOf({ tries }: Attempt): RecordingPlace {
    return { name: `${this.#opened?.exercise.id ?? ''} ${tries}`, file: this.live.fileOf(this.#tryName) }
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
    const attempt = this.#attempt
    if (attempt === undefined || this.#opened === undefined) return undefined
    const { phase, seed, predictions, answers, acts, hints, grades } = attempt
    return {
      ...{ phase, seed, predictions, answers },
      acts: this.live.isUnderWay ? this.live.acts : acts,
      live: this.live.shown,
      recording: this.#shownRecording(this.#opened.exercise, attempt),
      grades: phase === 'graded' ? grades : undefined,
      submission: phase === 'graded' && grades !== undefined ? this.#submission(this.#opened, attempt, grades) : undefined,
      sheet: sheetOf(this.#opened, hints),
      isBusy: this.#isBusy,
      trouble: this.#trouble,
    }
  }

  /** The name under which the player shows it, if there is one yet. */
  #shownRecording({ id, world }: Exercise, attempt: Attempt): string | undefined {
    if (world.kind === 'simulated' || attempt.phase === 'predicting') return undefined
    if (world.kind === 'recording') return id
    return attempt.phase === 'running' ? undefined : this.#recordingOf(attempt).name
  }

  #submission({ exercise, hash: exerciseHash }: Opened, attempt: Attempt, { hash, points }: ExerciseGrades): string {
    const { seed, predictions, answers, hints } = attempt
    const { name: learner } = present(this.#learner, 'a learner')
    const about = { format: 1, exercise: exercise.id, exerciseHash, learner, seed, labVersion: this.#parts.labVersion } as const
    const said = { predictions, answers, hints, result: { hash, points } }
    if (!isLive(exercise)) return writeSubmission({ ...about, acts: runActs(attempt), ...said })
    // It is large, and asked for each time that something is shown.
    if (this.#packed?.hash !== hash) this.#packed = { hash, recording: packRecording(fs.readFileSync(this.live.fileOf(this.#tryName))) }
    return writeSubmission({ ...about, acts: liveActs(attempt), ...said, recording: this.#packed.recording })
  }

  #withProgress(entry: Omit<ExerciseEntry, 'progress' | 'prerequisites'> & { readonly prerequisites: readonly string[] }): ExerciseEntry {
    const attempts = this.#learner?.attempts ?? {}
    const attempt = attempts[entry.id]
    return {
      ...entry,
      prerequisites: entry.prerequisites.map((id) => ({ id, passed: attempts[id]?.passed === true })),
      progress: attempt && { phase: attempt.phase, tries: attempt.tries, best: attempt.best, passed: attempt.passed },
    }
  }
}

function runOf({ exercise, file }: Opened, { seed, acts }: Attempt): Omit<ExerciseRunOrder, 'order'> {
  return { id: exercise.id, file, seed, acts: runActs({ acts }) }
}

/** As they were allowed. */
function runActs({ acts }: Pick<Attempt, 'acts'>): readonly ActAfter[] {
  return acts.map(({ event, act, parameters }) => ({ event, act: act as ActAfter['act'], parameters }))
}

function liveActs({ acts }: Pick<Attempt, 'acts'>): readonly SubmittedAct[] {
  return acts.map((one) => ({ ...one, act: one.act as ActAfter['act'] }))
}

function repliesOf({ predictions, answers, hints }: Attempt): Pick<GradeOrder, 'predictions' | 'answers' | 'hints'> {
  return { predictions, answers, hints }
}

function refused(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}

function badOrder(issue: v.BaseIssue<unknown>): Result<never, LabError> {
  const field = v.getDotPath(issue)
  const message = field === null ? 'An order must be an object.' : `"${field}" is wrong: ${issue.message}.`
  return failure({ code: 'bad-command', message, ...(field === null ? {} : { field }) })
}
