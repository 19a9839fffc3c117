import { failure, ok, type Result } from '../../base/result'
import type { DemoTimes, ShownDemo } from '../../contract/classroom'
import type { LabError } from '../../contract/lab-error'
import type { Language } from '../../contract/language'
import type { DemoShelf } from '../shelf/demo-folder'

type Outcome = Result<null, LabError>

/** The player, as a demo uses it. */
export interface DemoPlayer {
  /** Opens the run, and resolves when it can be played. */
  open(demo: { readonly id: string; readonly file: string }): Promise<Result<readonly DemoTimes[], LabError>>
  /** Goes to the beginning of a step, and plays it. */
  play(times: DemoTimes, speed: number): Promise<Outcome>
  /** If it is what is shown. */
  close(): Promise<Outcome>
  /** Somebody may have opened another run meanwhile. */
  isShown(id: string): boolean
}

export interface DemoDeskParts {
  readonly shelf: Pick<DemoShelf, 'find'>
  readonly player: DemoPlayer
  readonly nowMs: () => number
  readonly changed: () => void
}

interface OpenDemo {
  readonly id: string
  readonly file: string
  readonly times: readonly DemoTimes[]
  readonly step: number
  readonly beganAtMs: number
  readonly stepBeganAtMs: number
}

/** Goes through a demo, step by step, forward and back. */
export class DemoDesk {
  readonly #parts: DemoDeskParts
  #open: OpenDemo | undefined
  #isBusy = false

  constructor(parts: DemoDeskParts) {
    this.#parts = parts
  }

  view(language: Language): ShownDemo | undefined {
    const open = this.#open
    const found = open && this.#parts.shelf.find(open.id, language)
    if (open === undefined || found === undefined) return undefined
    const { id, step, times, beganAtMs, stepBeganAtMs } = open
    const steps = found.demo.steps.flatMap(({ title, text, notes, speed, talkMs }, index) => {
      const when = times[index]
      return when === undefined ? [] : [{ title, text, notes, speed, talkMs, ...when }]
    })
    return { id, title: found.demo.title, language: found.language, steps, step, isBusy: this.#isBusy, beganAtMs, stepBeganAtMs }
  }

  /** At its first step. */
  async begin(id: string): Promise<Outcome> {
    const found = this.#parts.shelf.find(id, 'en')
    if (found === undefined) return refused(`There is no demo "${id}" that can be shown.`)
    const now = this.#parts.nowMs()
    const times = found.demo.steps.map(() => ({ fromMs: 0 }))
    this.#open = { id, file: found.file, times, step: 0, beganAtMs: now, stepBeganAtMs: now }
    return this.#prepare(0)
  }

  /** The last order counts: a remote may be pressed twice. */
  async goTo(step: number): Promise<Outcome> {
    const open = this.#open
    if (open === undefined) return refused('No demo is shown.')
    if (this.#isBusy) return refused('The demo is being made ready.')
    if (open.times[step] === undefined) return refused(`The demo has ${open.times.length} steps.`)
    return this.#parts.player.isShown(open.id) ? this.#play(step) : this.#prepare(step)
  }

  end(): Promise<Outcome> {
    this.#open = undefined
    return this.#parts.player.close()
  }

  async #prepare(step: number): Promise<Outcome> {
    const open = this.#open
    if (open === undefined) return ok(null)
    this.#isBusy = true
    this.#parts.changed()
    const times = await this.#parts.player.open(open)
    this.#isBusy = false
    // It was ended meanwhile, or another one was begun.
    if (this.#open !== open) return ok(null)
    if (!times.ok) {
      this.#open = undefined
      return times
    }
    this.#open = { ...open, times: times.value }
    return this.#play(step)
  }

  async #play(step: number): Promise<Outcome> {
    const open = this.#open
    const found = open && this.#parts.shelf.find(open.id, 'en')
    const when = open?.times[step]
    const speed = found?.demo.steps[step]?.speed
    if (open === undefined || when === undefined || speed === undefined) return refused('The file of the demo has changed: begin it again.')
    this.#open = { ...open, step, stepBeganAtMs: this.#parts.nowMs() }
    this.#parts.changed()
    return this.#parts.player.play(when, speed)
  }
}

function refused(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}
