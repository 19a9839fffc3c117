import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import { classroomOrderSchema, type ClassExercise, type Classroom as ClassroomView, type ClassroomOrder } from '../../contract/classroom'
import type { LabError } from '../../contract/lab-error'
import type { Language } from '../../contract/language'
import { LIMITS } from '../../contract/limits'
import type { Attempt } from '../desk/attempt'
import { questionOf } from '../desk/sheet'
import type { DemoShelf } from '../shelf/demo-folder'
import type { FolderShelf } from '../shelf/folder-shelf'
import type { SharedExercise } from '../shelf/shelf'
import { learnerKey, type ClassFile } from './class-file'
import { ClassFolder } from './class-folder'
import { DemoDesk, type DemoPlayer } from './demo-desk'
import { fitsQuestions, shortened } from './fitting-replies'

type Outcome = Result<null, LabError>

export interface ClassroomParts {
  readonly shelf: Pick<FolderShelf, 'list' | 'shared'>
  readonly demos: Pick<DemoShelf, 'list' | 'find'>
  readonly player: DemoPlayer
  readonly nowMs: () => number
  readonly labId: string
  /** As it was set last. */
  readonly folder: string | undefined
  /** Throws if it cannot be saved. */
  readonly remember: (folder: string | undefined) => void
  readonly changed: (classroom: ClassroomView) => void
}

/** What learners of several labs say, put together for their trainer, and what this lab's learners give to it. */
export class Classroom {
  readonly #parts: ClassroomParts
  readonly #folder: ClassFolder
  readonly #demo: DemoDesk
  #language: Language = 'en'
  /** Reading the demos takes a moment of the pair's process: not before somebody looks at the list. */
  #listsDemos = false
  #isLookedAt = false
  #exercise: string | undefined
  #shared: { readonly key: string; readonly exercise: SharedExercise | undefined } | undefined

  constructor(parts: ClassroomParts) {
    this.#parts = parts
    const changed = (): void => parts.changed(this.view)
    this.#folder = new ClassFolder(changed)
    this.#demo = new DemoDesk({ shelf: parts.demos, player: parts.player, nowMs: parts.nowMs, changed })
    this.#folder.adopt(parts.folder)
  }

  get view(): ClassroomView {
    const { folder, trouble, waiting, files, skipped } = this.#folder
    const titles = files.length === 0 ? [] : this.#parts.shelf.list(this.#language)
    const ids = [...new Set(files.map(({ exercise }) => exercise))]
    return {
      demos: this.#listsDemos ? this.#parts.demos.list(this.#language) : [],
      demo: this.#demo.view(this.#language),
      folder,
      trouble,
      waiting,
      exercises: ids.flatMap((id) => {
        const title = titles.find((one) => one.id === id)?.title
        return title === undefined ? [] : [{ id, title, learners: learnersOf(files, id) }]
      }),
      exercise: this.#isLookedAt ? this.#exerciseOf(files) : undefined,
      skipped: skipped.slice(0, LIMITS.classSkippedNamed),
      moreSkipped: Math.max(0, skipped.length - LIMITS.classSkippedNamed),
    }
  }

  /** From outside this process: not trusted. */
  async order(given: unknown): Promise<Outcome> {
    const parsed = v.safeParse(classroomOrderSchema, given)
    if (!parsed.success) return badOrder(parsed.issues[0])
    const order = parsed.output
    const isSaidAgain = order.order === 'look' && order.exercise === undefined && this.#isLookedAt
    const outcome = await this.#carryOut(order)
    if (!isSaidAgain) this.#parts.changed(this.view)
    return outcome
  }

  /** A learner at this lab has come to another step of a try. */
  attemptKept(learner: string, { exercise }: { readonly exercise: { readonly id: string } }, attempt: Attempt): void {
    const { phase, tries, predictions, grades } = attempt
    if (phase === 'predicting' || Object.keys(predictions).length === 0) return
    const results = (grades?.questions ?? []).filter(({ id }) => Object.hasOwn(predictions, id))
    const { labId: lab } = this.#parts
    this.#folder.handIn({ exercise: exercise.id, lab, learner, tries, predictions, results: [...results] })
  }

  close(): void {
    this.#folder.close()
  }

  async #carryOut(order: ClassroomOrder): Promise<Outcome> {
    switch (order.order) {
      case 'language':
        this.#language = order.language
        this.#listsDemos = true
        return ok(null)
      case 'look':
        this.#isLookedAt = true
        // Its file may have been written anew.
        if (order.exercise !== undefined) this.#shared = undefined
        this.#exercise = order.exercise ?? this.#exercise
        this.#folder.look()
        return ok(null)
      case 'folder':
        return this.#use(order.folder)
      case 'demo':
        return this.#demo.begin(order.id)
      case 'demo-step':
        return this.#demo.goTo(order.step)
      case 'end-demo':
        return this.#demo.end()
    }
  }

  async #use(folder: string | undefined): Promise<Outcome> {
    const used = await this.#folder.use(folder)
    if (!used.ok) return failure({ code: 'not-possible-now', message: used.error })
    try {
      this.#parts.remember(folder)
      return ok(null)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return failure({ code: 'failed', message: `The folder is used, but the lab cannot remember it: ${message}.` })
    }
  }

  /** The one that was chosen, or the first that somebody has replied to. */
  #exerciseOf(files: readonly ClassFile[]): ClassExercise | undefined {
    const id = this.#exercise ?? files[0]?.exercise
    const shared = id === undefined ? undefined : this.#sharedOf(id)
    if (shared === undefined) return undefined
    const all = files.filter(({ exercise }) => exercise === id)
    const fitting = all.filter((file) => fitsQuestions(file, shared.predictions))
    return {
      ...shared,
      predictions: shared.predictions.map(questionOf),
      replies: fitting.slice(0, LIMITS.classReplies).map(({ learner: name, lab, tries, predictions, results }) => ({
        key: learnerKey({ lab, learner: name }),
        name,
        tries,
        predictions: Object.fromEntries(Object.entries(predictions).map(([question, reply]) => [question, shortened(reply)])),
        results,
      })),
      ofOtherVersion: all.length - fitting.length,
    }
  }

  /** Reading it takes a moment of the pair's process. */
  #sharedOf(id: string): SharedExercise | undefined {
    const key = `${id} ${this.#language}`
    if (this.#shared?.key !== key) this.#shared = { key, exercise: this.#parts.shelf.shared(id, this.#language) }
    return this.#shared.exercise
  }
}

function learnersOf(files: readonly ClassFile[], exercise: string): number {
  return new Set(files.filter((file) => file.exercise === exercise).map(learnerKey)).size
}

function badOrder(issue: v.BaseIssue<unknown>): Outcome {
  const field = v.getDotPath(issue)
  const message = field === null ? 'An order must be an object.' : `"${field}" is wrong: ${issue.message}.`
  return failure({ code: 'bad-command', message, ...(field === null ? {} : { field }) })
}
