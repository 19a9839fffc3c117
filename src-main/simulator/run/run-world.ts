import { Prng } from '../../base/prng'
import { present } from '../../base/assert'
import type { RunFork } from '../../contract/run-fork'
import type { ForkParting } from '../../contract/simulation'
import type { TraceEvent } from '../../contract/trace'
import type { Violation } from '../checkers/checker'
import { Checks } from '../checkers/checks'
import type { Fault, FaultHits } from '../faults/fault'
import { mendAll } from '../faults/faults'
import { MediaTargets } from '../faults/media-targets'
import { drawSwarm, type Swarm } from '../faults/swarm'
import { Ground, type HotSpot } from '../hosts/ground'
import type { Station } from '../hosts/station'
import type { HostWatcher, VirtualHost } from '../hosts/virtual-host'
import { driveCountOf } from '../first-state'
import { World, type Course } from '../world'
import { Actors } from './actors'
import { Aftermath, LIVENESS_MS } from './aftermath'
import { Aiming } from './aiming'
import { CourseRun } from './course-run'
import { Forks } from './forks'
import { reduced, type Kept } from './kept'
import { Operator } from './operator'
import { changePolicy } from './policy-change'
import { Strikes } from './strikes'
import { timingsOf } from './timings'

export interface WorldResult {
  readonly seed: number
  /** Host commands and service requests that were answered. */
  readonly operations: number
  readonly faults: number
  readonly violations: readonly Violation[]
  /** Answers with blocks that a drive had corrupted: blocks have no checksums yet. */
  readonly corruptBlocksServed: number
  readonly hash: string
  readonly virtualMs: number
  /** Of a fork: where its last change came about. Undefined: it did not. */
  readonly parted: ForkParting | undefined
  /** The newest events; only where there is a violation. */
  readonly story: readonly TraceEvent[]
}

export interface WorldRunOptions {
  readonly seed: number
  /** Host commands, about. */
  readonly operations: number
  /** Only these parts of the plan. Undefined: all. */
  readonly kept?: Kept | undefined
  /** Changes, each after an event up to which the world is as without it. */
  readonly forks?: readonly RunFork[] | undefined
}

const STORY_EVENTS = 60

/** Learns what the trace of a world does not say. It only watches, and the run is the same without it. */
export interface RunWatcher {
  /** Returns a function that is called for everything that the strike hits. */
  faultStruck(name: string): FaultHits | undefined
  /** Called after that with how many random numbers of the plan the strike drew. */
  faultDrew?(draws: number): void
  readonly hosts?: HostWatcher
}

const nobodyLooks: FaultHits = () => undefined

/** One world from its first to its last event. The same seed and number of operations give the same events anywhere. */
export function runWorld(options: WorldRunOptions): WorldResult {
  const run = new WorldRun(options)
  while (run.step());
  return run.result()
}

/** The same, event by event. */
export class WorldRun {
  readonly world: World
  readonly #seed: number
  readonly #kept: Kept | undefined
  readonly #watcher: RunWatcher | undefined
  readonly #course: CourseRun
  readonly #random: Prng
  readonly #swarm: Swarm
  readonly #checks: Checks
  readonly #actors: Actors
  #ground: Ground | undefined
  readonly #forks: Forks
  #strikes: Strikes | undefined
  #faultsFromEvent: number | undefined
  #faultsUntilEvent: number | undefined
  #strikeCount = 0

  constructor({ seed, operations, kept, forks = [] }: WorldRunOptions, watcher?: RunWatcher) {
    this.#seed = seed
    this.#kept = kept
    this.#watcher = watcher
    this.#swarm = swarmOf({ seed, operations, kept })
    const { nvramBytes, smallArray, load, losesPower, slowHosts } = this.#swarm
    const timings = timingsOf(this.#swarm)
    this.world = new World({
      seed: shaken(seed, kept?.shake ?? 0),
      nvramBytes,
      smallArray,
      driveCount: driveCountOf(smallArray),
      timings,
      hasVolatileCaches: losesPower,
      slowHosts,
      policies: load === undefined ? {} : { ownershipByLoad: true },
    })
    const { world } = this
    this.#forks = new Forks(forks, { seed, now: () => ({ event: world.clock.eventsRun, atMs: world.clock.nowMs() }) })
    this.#course = new CourseRun({
      clock: world.clock,
      course: this.#play(),
      between: () => this.#part(),
      failed: (error) => this.#checks.violations.addError(error),
    })
    this.#random = world.random.fork()
    this.#checks = new Checks(world)
    if (losesPower) this.#checks.expectPowerLoss()
    this.#actors = new Actors({ world, random: this.#random, swarm: this.#swarm, checks: this.#checks, watcher: watcher?.hosts })
  }

  /** Runs the next event. False if there is none. After that, or after an error, all violations are known. */
  step(): boolean {
    return this.#course.step()
  }

  /** What a fork changes after the event that ran last. */
  #part(): void {
    if (this.#strikes === undefined || this.#faultsAreOver) return
    for (let due = this.#forks.takeDue(); due !== undefined; due = this.#forks.takeDue()) {
      if ('fault' in due) this.#strikes.strikeForked(due)
      else changePolicy(this.world, due, () => this.#faultsAreOver)
    }
  }

  /** Host commands and service requests so far. */
  get answered(): number {
    return this.#actors.answered
  }

  get hosts(): readonly VirtualHost[] {
    return this.#actors.hosts
  }

  get stations(): readonly Station[] {
    return this.#actors.stations
  }

  get swarm(): Swarm {
    return this.#swarm
  }

  get spots(): readonly HotSpot[] {
    return this.#ground?.spots ?? []
  }

  /** The events between which faults strike, and a fork may change something. */
  get faultEvents(): { readonly fromEvent: number; readonly untilEvent: number } | undefined {
    const fromEvent = this.#faultsFromEvent
    return fromEvent === undefined ? undefined : { fromEvent, untilEvent: this.#faultsUntilEvent ?? this.world.clock.eventsRun }
  }

  get parted(): ForkParting | undefined {
    return this.#forks.parted
  }

  /** So far. */
  get violations(): readonly Violation[] {
    return this.#checks.violations.found
  }

  result(): WorldResult {
    const { found } = this.#checks.violations
    const { trace, clock } = this.world
    return {
      seed: this.#seed,
      operations: this.answered,
      faults: this.#strikeCount,
      violations: found,
      corruptBlocksServed: this.#checks.blocks.corruptBlocksServed,
      hash: trace.hash,
      virtualMs: clock.nowMs(),
      parted: this.parted,
      story: found.length > 0 ? trace.events.slice(-STORY_EVENTS) : [],
    }
  }

  *#play(): Course<void> {
    const { world } = this
    world.start()
    if (!(yield* world.until(() => world.isSettled(), LIVENESS_MS))) {
      this.#checks.violations.add('liveness', 'the pair does not start')
      return
    }
    const ground = this.#begin()
    this.#faultsFromEvent = world.clock.eventsRun
    yield world.clock.nowMs() + this.#swarm.durationMs
    this.#faultsUntilEvent = world.clock.eventsRun
    mendAll(world)
    yield* new Aftermath({ world, checks: this.#checks, actors: this.#actors, ground }).run()
  }

  /** Each takes its random numbers from the same source: the order makes the world. */
  #begin(): Ground {
    const { world } = this
    const state = present(world.controller('a')?.state, 'array state')
    const { hasLedgerHost, hasScsiHost, moveShare } = this.#swarm
    const ground = (this.#ground = new Ground({ state, random: this.#random.fork(), hasLedgerHost, hasScsiHost, luns: this.#kept?.luns }))
    world.stateListeners.push((_, installed) => {
      for (const { contentId } of ground.installed(installed)) this.#checks.blocks.isUnknownAtFirst(contentId)
    })
    const media = new MediaTargets({ world, ground, random: this.#random.fork() })
    const faultRandom = this.#random.fork()
    const moves = this.#random.fork()
    this.#actors.addHosts(ground)
    const strikes = (this.#strikes = new Strikes({
      world,
      media,
      checks: this.#checks,
      random: faultRandom,
      isOver: () => this.#faultsAreOver,
      forked: ({ name }) => this.#forks.insteadOf(this.#strikeCount, name),
      struck: (fault) => this.#struck(fault),
      drew: (draws) => this.#watcher?.faultDrew?.(draws),
    }))
    this.#scheduleFaults(strikes, faultRandom)
    this.#actors.startStations()
    this.#actors.startLedgerHost()
    for (const { atMs, commandsPerClient } of this.#swarm.bursts) {
      world.clock.after(atMs, () => {
        if (moves.chance(moveShare)) ground.move()
        this.#actors.burst(commandsPerClient)
      })
    }
    const { restartAfterMs, rebuildAfterMs, discardAfterMs, forcedRebuildsAtMs } = this.#swarm
    const random = this.#random.fork()
    const operator = new Operator({ world, random, checks: this.#checks, restartAfterMs, rebuildAfterMs, discardAfterMs })
    operator.watch()
    for (const atMs of forcedRebuildsAtMs)
      world.clock.after(atMs, () => this.#faultsAreOver || operator.rebuildAnyway(strikes.drawSparable()))
    this.#checks.watch()
    this.#checks.excuseDoubts(ground)
    // Last, so that worlds without it stay what they were.
    this.#actors.startScsiHost(ground)
    this.#actors.startReservingHosts(ground)
    return ground
  }

  #scheduleFaults(strikes: Strikes, random: Prng): void {
    const { clock } = this.world
    for (const { atMs, fault } of this.#swarm.faults) {
      const own = this.#kept === undefined ? random : ownRandom(this.#seed, this.#kept, atMs)
      clock.after(atMs, () => strikes.strike(fault, own))
    }
    if (this.#swarm.aims.length === 0) return
    const aiming = new Aiming({
      world: this.world,
      strikes,
      isOver: () => this.#faultsAreOver,
      randomOf: ({ seed }) => new Prng(shaken(seed, this.#kept?.shake ?? 0)),
      burst: (commandsPerClient) => this.#actors.burst(commandsPerClient),
    })
    aiming.schedule(this.#swarm.aims)
  }

  get #faultsAreOver(): boolean {
    return this.#faultsUntilEvent !== undefined
  }

  #struck({ name }: Fault): FaultHits {
    this.#strikeCount++
    return this.#watcher?.faultStruck(name) ?? nobodyLooks
  }
}

/** What the world is like. */
export function swarmOf({ seed, operations, kept }: Pick<WorldRunOptions, 'seed' | 'operations' | 'kept'>): Swarm {
  const drawn = drawSwarm(new Prng(seed).fork().fork(), operations)
  return kept === undefined ? drawn : reduced(drawn, kept)
}

/** As another seed would be, for everything but the plan. */
function shaken(seed: number, shake: number): number {
  return shake === 0 ? seed : new Prng(seed + shake).u32()
}

/** The same whatever other faults there are. */
function ownRandom(seed: number, { shake = 0 }: Kept, atMs: number): Prng {
  return new Prng(shaken(seed, shake) + Math.floor(atMs * 1000))
}
