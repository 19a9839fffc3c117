import type { ControllerId } from '../../contract/controller-id'
import { NO_SIMULATION, type SimulatedFault, type SimulationMoment, type SimulationOutline } from '../../contract/simulation'
import type { TraceEvent } from '../../contract/trace'
import { EventTimes } from '../../player/event-times'
import { FaultWatch } from './fault-watch'
import type { Stage, StagedRun } from './stage'

/** The first pass over a run, from its beginning to its end: what happens in it, and when. */
export class Survey {
  readonly times = new EventTimes()
  readonly #stage: Stage
  readonly #run: StagedRun
  readonly #faults: (SimulatedFault & { draws?: number })[] = []
  readonly #hits: FaultWatch
  readonly #takeovers: SimulationOutline['takeovers'][number][] = []
  /** Takeovers that have not reached the fence. If both controllers ask for the other's reset line, one of them never does. */
  readonly #detected = new Map<ControllerId, SimulationMoment>()

  constructor(stage: Stage) {
    this.#stage = stage
    this.#run = stage.begin({
      faultStruck: (name) => {
        const { hits, tell } = this.#hits.strike()
        this.#faults.push({ name, ...this.#now(), hits })
        return tell
      },
      faultDrew: (draws) => {
        const newest = this.#faults.at(-1)
        if (newest !== undefined) newest.draws = draws
      },
    })
    this.#hits = new FaultWatch(() => this.#run.world.clock.nowMs())
    this.#run.world.trace.onEvent((event) => this.#look(event))
  }

  /** Of the operations of the stage, so far. */
  get done(): number {
    return this.#run.done
  }

  /** The next event; false when the run is over. */
  step(): boolean {
    if (!this.#run.step()) return false
    this.times.add(this.#run.world.clock.nowMs())
    this.#hits.look()
    return true
  }

  /** Once the run is over. */
  outline(): SimulationOutline {
    this.#hits.end()
    return {
      run: this.#stage.source,
      start: NO_SIMULATION.now,
      end: this.#now(),
      world: this.#run.outline(),
      faults: this.#faults,
      takeovers: this.#takeovers,
      violations: this.#run.violations.toSorted((one, other) => one.event - other.event),
    }
  }

  #now(): SimulationMoment {
    const { clock } = this.#run.world
    return { event: clock.eventsRun, atMs: clock.nowMs() }
  }

  #look({ kind, place }: TraceEvent): void {
    if (kind !== 'takeover.detected' && kind !== 'takeover.fenced') return
    const survivor = place === 'controller-a' ? 'a' : 'b'
    if (kind === 'takeover.detected') this.#detected.set(survivor, this.#now())
    else {
      const reason = this.#run.world.life(survivor)?.controller.report().takeovers.at(-1)?.reason ?? 'crash'
      this.#takeovers.push({ ...(this.#detected.get(survivor) ?? this.#now()), survivor, reason })
    }
  }
}
