import type { HostReport, OutagesSince } from '../../contract/host'
import type { RunSource, WorldOutline } from '../../contract/simulation'
import type { TakeoverSpan } from '../../core/host/takeover-outage'
import type { Violation } from '../checkers/checker'
import { forkableFaults } from '../run/fork-choices'
import { WorldRun, type RunWatcher, type WorldRunOptions } from '../run/run-world'
import type { World } from '../world'
import { HostSummary } from './host-summary'
import { HostTrace } from './host-trace'
import { OutsideNotes } from './outside-notes'
import type { Stage, StagedHosts, StagedRun } from './stage'

/** The world of a seed, in which faults strike by chance. */
export function seedStage(options: WorldRunOptions): Stage {
  const { seed, operations, forks } = options
  const source: RunSource = { kind: 'seed', seed, operations, ...(forks === undefined ? {} : { forks }) }
  return {
    source,
    name: `seed ${seed}`,
    operations,
    begin: (watcher: RunWatcher) => new SeedRun(new WorldRun(options, watcher)),
    show: () => {
      const run = new ShownSeedRun(options)
      return { run, hosts: run }
    },
  }
}

class SeedRun implements StagedRun {
  protected readonly worldRun: WorldRun

  constructor(worldRun: WorldRun) {
    this.worldRun = worldRun
  }

  get world(): World {
    return this.worldRun.world
  }

  get done(): number {
    return this.worldRun.answered
  }

  get violations(): readonly Violation[] {
    return this.worldRun.violations
  }

  step(): boolean {
    return this.worldRun.step()
  }

  outline(): WorldOutline {
    const { world, swarm, faultEvents, parted } = this.worldRun
    return {
      hash: world.trace.hash,
      hosts: swarm.hosts.length,
      stations: swarm.stations,
      ...(faultEvents === undefined ? {} : { forks: { ...faultEvents, faults: forkableFaults(swarm) } }),
      ...(parted === undefined ? {} : { parted }),
    }
  }
}

/** With what its hosts see. */
class ShownSeedRun extends SeedRun implements StagedHosts {
  readonly #operations: number
  readonly #trace: HostTrace
  readonly #summary: HostSummary
  readonly #outside: OutsideNotes

  constructor(options: WorldRunOptions) {
    const trace: HostTrace = new HostTrace({ nowMs: () => run.world.clock.nowMs(), aside: (event) => run.world.trace.aside(event) })
    const summary: HostSummary = new HostSummary(() => run.world.clock.nowMs(), trace)
    const run: WorldRun = new WorldRun(options, { faultStruck: () => undefined, hosts: summary })
    super(run)
    this.#operations = options.operations
    this.#trace = trace
    this.#summary = summary
    this.#outside = new OutsideNotes(run.world)
  }

  override step(): boolean {
    const goesOn = super.step()
    this.#outside.look()
    return goesOn
  }

  report(): HostReport | undefined {
    return this.worldRun.hosts.length === 0 ? undefined : this.#summary.report(this.worldRun, this.#operations)
  }

  countOutagesFrom(since: OutagesSince): void {
    this.#summary.countOutagesFrom(since)
  }

  takeoverOver(takeover: TakeoverSpan): void {
    this.#summary.takeoverOver(takeover)
  }

  get omitted(): number {
    return this.#trace.omitted
  }
}
