import * as fs from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import type { AttemptAct, LiveTryShown } from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'
import type { ServiceRequest } from '../../contract/service-request'
import { replaceFile } from '../../platform/replace-file'
import type { Act, LiveExercise } from '../format/exercise'
import type { LiveLab } from '../live/live-lab'
import { LiveTry } from '../live/live-try'

type Outcome = Result<null, LabError>

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

  async begin(exercise: LiveExercise): Promise<Outcome> {
    const { lab, isDue, changed } = this.#parts
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

  /** Why a service request of somebody is not sent. Undefined: it is. */
  whyNotSent(to: ControllerId, request: ServiceRequest): string | undefined {
    return this.#current?.whyNotSent(to, request)
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

  /** Nobody wants to know what came of it. */
  async giveUp(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.end()
  }

  /** `name`: of a learner at an exercise, as a file name. */
  fileOf(name: string): string {
    return path.join(this.#parts.folder, `${name}.ndjson`)
  }
}

function refused(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}
