import type { LabSnapshot } from '../../contract/snapshot'
import type { RunReader, TakeEvent } from '../../player/run-reader'
import { Scene } from './scene'
import type { Stage } from './stage'

/** Events between two checks of the time left. */
const STEPS_A_LOOK = 32

/** Runs another world of the same stage, and gives what happens in it. */
export class SceneReader implements RunReader {
  readonly #scene: Scene
  readonly #lastEvent: number
  #take: TakeEvent = () => undefined
  #hasBegun = false
  #isOver = false

  constructor(stage: Stage, lastEvent: number) {
    this.#scene = new Scene(stage)
    this.#lastEvent = lastEvent
  }

  read(take: TakeEvent, goesOn: () => boolean): boolean {
    this.#take = take
    if (!this.#hasBegun) this.#begin()
    for (let steps = 1; !this.#isOver; steps++) {
      if (!this.#scene.step()) this.#isOver = true
      else if (steps % STEPS_A_LOOK === 0 && !goesOn()) break
    }
    return this.#isOver
  }

  get share(): number {
    return this.#isOver ? 1 : this.#scene.event / Math.max(1, this.#lastEvent)
  }

  get snapshot(): LabSnapshot {
    return this.#scene.snapshot()
  }

  #begin(): void {
    this.#hasBegun = true
    for (const event of this.#scene.events) this.#take(event, event.timeMs)
    this.#scene.follow((event) => this.#take(event, event.timeMs))
  }
}
