import { assert, present } from '../../base/assert'
import { SIMULATION_BOUNDS, type RunSource, type SimulationOutline } from '../../contract/simulation'
import type { LabSnapshot } from '../../contract/snapshot'
import type { TraceEvent } from '../../contract/trace'
import type { EventTimes } from '../../player/event-times'
import type { GoesOn, PlayableRun, UnshownEvents } from '../../player/playable-run'
import type { RunReader } from '../../player/run-reader'
import { Scene } from './scene'
import { SceneReader } from './scene-reader'
import type { Stage } from './stage'
import { Survey } from './survey'

const { maxEventsKept } = SIMULATION_BOUNDS
/** Events between two checks of the time left. */
const STEPS_A_LOOK = 32

/** How many events behind the shown one the spare world waits for steps back. */
const SPARE_BEHIND = 100

/**
 * One run in a world, from its first event to its last. After one survey it can show any event. To go forward, the world runs on. To
 * go back, another world of the same stage runs up to the earlier event. After the first step back, a spare world is kept ready a little
 * behind the shown one, because more steps back are likely.
 */
export class Playback implements PlayableRun {
  readonly #stage: Stage
  #survey: Survey | undefined
  #outline: SimulationOutline | undefined
  #times: EventTimes | undefined
  #scene: Scene
  /** On its way to an earlier event. The picture stays as it is until it gets there. */
  #again: Scene | undefined
  #spare: Scene | undefined
  #hasGoneBack = false
  #unshown: TraceEvent[] = []
  #restart = true

  constructor(stage: Stage) {
    this.#stage = stage
    this.#survey = new Survey(stage)
    this.#scene = this.#watched(new Scene(stage))
  }

  survey(goesOn: GoesOn): boolean {
    const survey = this.#survey
    if (survey === undefined) return true
    for (let steps = 1; survey.step(); steps++) if (steps % STEPS_A_LOOK === 0 && !goesOn()) return false
    this.#outline = survey.outline()
    this.#times = survey.times
    this.#survey = undefined
    return true
  }

  get source(): RunSource {
    return this.#stage.source
  }

  /** Operations that were answered so far. */
  get surveyed(): PlayableRun['surveyed'] {
    const { operations } = this.#stage
    return { done: this.#survey?.done ?? operations, of: operations }
  }

  get outline(): SimulationOutline | undefined {
    return this.#outline
  }

  get times(): EventTimes {
    return present(this.#times, 'a surveyed run')
  }

  get event(): number {
    return this.#scene.event
  }

  get hash(): string {
    return this.#scene.hash
  }

  snapshot(): LabSnapshot {
    return this.#scene.snapshot()
  }

  goTo(event: number, goesOn: GoesOn): boolean {
    assert(event >= 0 && event <= this.times.last, `event ${event} of ${this.times.last}`)
    if (event >= this.#scene.event) {
      this.#again = undefined
      return this.#forward(this.#scene, event, goesOn)
    }
    this.#hasGoneBack = true
    const again = this.#sceneBefore(event)
    this.#again = again
    if (!this.#forward(again, event, goesOn)) return false
    this.#again = undefined
    this.#scene = this.#watched(again)
    return true
  }

  /** For idle time. True once the next step back is prepared, or if nobody steps back. */
  prepare(goesOn: GoesOn): boolean {
    const event = Math.max(0, this.event - SPARE_BEHIND)
    if (!this.#hasGoneBack || event === 0) return true
    if (this.#spare === undefined || this.#spare.event >= this.event) this.#spare = new Scene(this.#stage)
    return this.#spare.event >= event || this.#forward(this.#spare, event, goesOn)
  }

  takeUnshown(): UnshownEvents {
    const taken = { restart: this.#restart, events: this.#unshown }
    this.#unshown = []
    this.#restart = false
    return taken
  }

  showAgain(): void {
    this.#unshown = [...this.#scene.events]
    this.#restart = true
  }

  reader(): RunReader {
    return new SceneReader(this.#stage, this.times.last)
  }

  /** The newest trace events up to the one that is shown. */
  get events(): readonly TraceEvent[] {
    return this.#scene.events
  }

  /** The nearest scene that can still reach the event. */
  #sceneBefore(event: number): Scene {
    if (this.#again !== undefined && this.#again.event <= event) return this.#again
    const spare = this.#spare
    if (spare === undefined || spare.event > event) return new Scene(this.#stage)
    this.#spare = undefined
    return spare
  }

  #forward(scene: Scene, event: number, goesOn: GoesOn): boolean {
    for (let steps = 1; scene.event < event; steps++) {
      assert(scene.step(), `event ${scene.event} of ${event} is not the last one`)
      if (steps % STEPS_A_LOOK === 0 && scene.event < event && !goesOn()) return false
    }
    if (event === this.times.last) assert(!scene.step(), `a run of ${event} events goes on`)
    return true
  }

  #watched(scene: Scene): Scene {
    this.#unshown = [...scene.events]
    this.#restart = true
    scene.follow((event) => {
      this.#unshown.push(event)
      if (this.#unshown.length < 2 * maxEventsKept) return
      this.#unshown = this.#unshown.slice(-maxEventsKept)
      this.#restart = true
    })
    return scene
  }
}
