import type { ControllerId } from '../../contract/controller-id'
import { NO_SIMULATION, type SimulatedFault, type SimulationMoment, type SimulationOutline } from '../../contract/simulation'
import type { TraceEvent } from '../../contract/trace'
import { EventTimes } from '../../player/event-times'
import { forkableFaults } from '../run/fork-choices'
import { WorldRun, type WorldRunOptions } from '../run/run-world'
import { FaultWatch } from './fault-watch'

/** The first pass over a run, from its beginning to its end: what happens in it, and when. */
export class Survey {
  readonly times = new EventTimes()
  readonly #options: WorldRunOptions
  readonly #run: WorldRun
  readonly #faults: (SimulatedFault & { draws?: number })[] = []
  readonly #hits: FaultWatch
  readonly #takeovers: SimulationOutline['takeovers'][number][] = []
  /** Takeovers that have not reached the fence. If both controllers ask for the other's reset line, one of them never does. */
  readonly #detected = new Map<ControllerId, SimulationMoment>()

  constructor(options: WorldRunOptions) {
    this.#options = options
    this.#run = new WorldRun(options, {
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

  /** Host commands and service requests so far. */
  get answered(): number {
    return this.#run.answered
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
    const { violations, hash } = this.#run.result()
    this.#hits.end()
    const { seed, operations, forks } = this.#options
    const { swarm, faultEvents, parted } = this.#run
    return {
      run: { kind: 'seed', seed, operations, ...(forks === undefined ? {} : { forks }) },
      start: NO_SIMULATION.now,
      end: this.#now(),
      world: {
        hash,
        hosts: swarm.hosts.length,
        stations: swarm.stations,
        ...(faultEvents === undefined ? {} : { forks: { ...faultEvents, faults: forkableFaults(swarm) } }),
        ...(parted === undefined ? {} : { parted }),
      },
      faults: this.#faults,
      takeovers: this.#takeovers,
      violations: violations.toSorted((one, other) => one.event - other.event),
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
