import * as fs from 'node:fs'
import * as path from 'node:path'
import { ok, type Result } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import type { AttemptAct, LiveTryShown } from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'
import type { ServiceRequest } from '../../contract/service-request'
import { replaceFile } from '../../platform/replace-file'
import type { Act, LiveExercise } from '../format/exercise'
import type { LiveLab } from '../live/live-lab'
import { LiveTry, type SendRequest } from '../live/live-try'
import { whyNotReady } from '../live/readiness'
import { refused } from './refusal'

type Outcome = Result<null, LabError>

const LOOK_EVERY_MS = 250

export interface LiveDeskParts {
  readonly lab: LiveLab
  /** Where recordings of tries are kept: the last one of each learner at each exercise. */
  readonly folder: string
  /** The time of the try is over. */
  readonly isDue: () => void
  readonly changed: () => void
}

/** The try in the live lab that goes on, if one does. The lab has only one pair, so there is one at a time. */
export class LiveDesk {
  readonly #parts: LiveDeskParts
  #current: LiveTry | undefined
  #waiting: { readonly why: string | undefined; readonly timer: NodeJS.Timeout } | undefined

  constructor(parts: LiveDeskParts) {
    this.#parts = parts
  }

  get isUnderWay(): boolean {
    return this.#current !== undefined
  }

  get shown(): LiveTryShown | undefined {
    return this.#current && { fromMs: this.#current.fromMs, endsAtMs: this.#current.endsAtMs }
  }

  get acts(): readonly AttemptAct[] {
    return this.#current?.acts ?? []
  }

  /** A try could not begin, because the lab was not ready for it. Then `whyWaiting` follows the lab. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  /** A sentence. Undefined: the lab is ready now. */
  get whyWaiting(): string | undefined {
    return this.#waiting?.why
  }

  async begin(exercise: LiveExercise): Promise<Outcome> {
    const { lab, isDue, changed } = this.#parts
    const why = whyNotReady(exercise.world, lab.snapshot())
    if (why !== undefined) {
      this.#wait(exercise, why)
      return refused(why)
    }
    const begun = await LiveTry.begin({ lab, exercise, isDue, acted: changed })
    if (!begun.ok) return refused(begun.error)
    this.#current = begun.value
    return ok(null)
  }

  act(act: Act): Outcome {
    return this.#current?.act(act) ?? refused('No try goes on in the live lab.')
  }

  /** What somebody does with the lab’s own controls, while a try goes on or not. */
  commanded(name: string, parameters: unknown, run: () => Outcome): Outcome {
    return this.#current?.commanded(name, parameters, run) ?? run()
  }

  /** A service request that somebody sends with the lab’s own console, while a try goes on or not. */
  requested(to: ControllerId, request: ServiceRequest, send: SendRequest): ReturnType<SendRequest> {
    return this.#current?.requested(to, request, send) ?? send(request)
  }

  /** Ends the try, and keeps its recording in a file. What was done in it. */
  async end(name: string): Promise<readonly AttemptAct[]> {
    const current = this.#current
    if (current === undefined) return []
    this.#current = undefined
    const bytes = await current.end()
    fs.mkdirSync(this.#parts.folder, { recursive: true, mode: 0o700 })
    replaceFile(this.fileOf(name), Buffer.from(bytes))
    return current.acts
  }

  /** Nobody is told any more whether the lab is ready. */
  stopWaiting(): void {
    clearInterval(this.#waiting?.timer)
    this.#waiting = undefined
  }

  #wait(exercise: LiveExercise, why: string): void {
    const timer = setInterval(() => {
      const now = whyNotReady(exercise.world, this.#parts.lab.snapshot())
      if (this.#waiting === undefined || this.#waiting.why === now) return
      this.#waiting = { why: now, timer }
      this.#parts.changed()
    }, LOOK_EVERY_MS)
    this.#waiting = { why, timer }
  }

  /** Deletes the recordings of all tries whose names begin so. */
  forget(beginning: string): void {
    const { folder } = this.#parts
    if (!fs.existsSync(folder)) return
    for (const file of fs.readdirSync(folder)) if (file.startsWith(beginning)) fs.rmSync(path.join(folder, file))
  }

  /** Nobody wants to know what came of it. */
  async giveUp(): Promise<void> {
    this.stopWaiting()
    const current = this.#current
    this.#current = undefined
    await current?.end()
  }

  /** `name`: of a learner at an exercise, as a file name. */
  fileOf(name: string): string {
    return path.join(this.#parts.folder, `${name}.ndjson`)
  }
}
