import type { VirtualClock } from '../virtual-clock'
import type { Course } from '../world'

export interface CourseRunParts {
  readonly clock: VirtualClock
  readonly course: Course<void>
  /** Called before each event: what is to be done after the one that ran last. */
  readonly between: () => void
  /** An error of what runs, which ends the run. */
  readonly failed: (error: unknown) => void
}

/** Runs a course event by event. */
export class CourseRun {
  readonly #parts: CourseRunParts
  #untilMs = 0
  #isOver = false

  constructor(parts: CourseRunParts) {
    this.#parts = parts
  }

  /** Runs the next event. False if there is none. */
  step(): boolean {
    const { clock } = this.#parts
    const before = clock.eventsRun
    while (!this.#isOver && clock.eventsRun === before) this.#goOn()
    return clock.eventsRun > before
  }

  #goOn(): void {
    const { clock, course, between, failed } = this.#parts
    try {
      between()
      if (clock.stepUntil(this.#untilMs)) return
      const { done, value } = course.next()
      if (done === true) this.#isOver = true
      else this.#untilMs = value
    } catch (error) {
      failed(error)
      this.#isOver = true
    }
  }
}
