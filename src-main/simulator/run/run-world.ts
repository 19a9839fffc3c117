import { Prng } from '../../base/prng'
import { present } from '../../base/assert'
import type { Place, TraceEvent } from '../../contract/trace'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { Violation } from '../checkers/checker'
import { Checks } from '../checkers/checks'
import type { FaultHits } from '../faults/fault'
import { mendAll } from '../faults/faults'
import { drawMediaTargets } from '../faults/media-targets'
import { drawSwarm, type Swarm } from '../faults/swarm'
import { drawHotSpots, type HotSpot } from '../hosts/hot-spots'
import { LastRound } from '../hosts/last-round'
import { LedgerHost } from '../hosts/ledger-host'
import { Station } from '../hosts/station'
import { VirtualHost, type HostWatcher } from '../hosts/virtual-host'
import { World, type Course } from '../world'
import { Operator } from './operator'

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
  /** The newest events; only where there is a violation. */
  readonly story: readonly TraceEvent[]
}

export interface WorldRunOptions {
  readonly seed: number
  /** Host commands, about. */
  readonly operations: number
}

/** After the last fault, everybody must have an answer within this time. */
const LIVENESS_MS = 30_000
const AFTERMATH_MS = 1500
const QUIET_MS = 300
const STORY_EVENTS = 60
/** Of all stations: the results of as many are remembered. */
const MAX_REQUESTS = 120

/** Learns what the trace of a world does not say. It only watches, and the run is the same without it. */
export interface RunWatcher {
  /** Returns a function that is called for everything that the strike hits. */
  faultStruck(name: string): FaultHits | undefined
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
  readonly #watcher: RunWatcher | undefined
  readonly #course: Course<void>
  #untilMs = 0
  #isOver = false
  readonly #random: Prng
  readonly #swarm: Swarm
  readonly #checks: Checks
  readonly #hosts: VirtualHost[] = []
  readonly #stations: Station[] = []
  #ledgerHost: LedgerHost | undefined
  #spots: readonly HotSpot[] = []
  #faultsAreOver = false
  #strikes = 0

  constructor({ seed, operations }: WorldRunOptions, watcher?: RunWatcher) {
    this.#seed = seed
    this.#watcher = watcher
    this.#swarm = drawSwarm(new Prng(seed).fork().fork(), operations)
    this.world = new World({ seed, nvramBytes: this.#swarm.nvramBytes })
    const { world } = this
    this.#course = this.#play()
    this.#random = world.random.fork()
    this.#checks = new Checks(world)
  }

  /** Runs the next event. False if there is none. After that, or after an error, all violations are known. */
  step(): boolean {
    const { clock } = this.world
    const before = clock.eventsRun
    while (!this.#isOver && clock.eventsRun === before) this.#goOn()
    return clock.eventsRun > before
  }

  #goOn(): void {
    try {
      if (this.world.clock.stepUntil(this.#untilMs)) return
      const { done, value } = this.#course.next()
      if (done === true) this.#isOver = true
      else this.#untilMs = value
    } catch (error) {
      this.#checks.violations.add('assertions', error instanceof Error ? `${error.name}: ${error.message}` : String(error))
      this.#isOver = true
    }
  }

  /** Host commands and service requests so far. */
  get answered(): number {
    return [...this.#hosts, ...this.#stations].reduce((sum, { answered }) => sum + answered, 0)
  }

  get hosts(): readonly VirtualHost[] {
    return this.#hosts
  }

  get stations(): readonly Station[] {
    return this.#stations
  }

  get swarm(): Swarm {
    return this.#swarm
  }

  get spots(): readonly HotSpot[] {
    return this.#spots
  }

  result(): WorldResult {
    const { found } = this.#checks.violations
    const { trace, clock } = this.world
    return {
      seed: this.#seed,
      operations: this.answered,
      faults: this.#strikes,
      violations: found,
      corruptBlocksServed: this.#checks.blocks.corruptBlocksServed,
      hash: trace.hash,
      virtualMs: clock.nowMs(),
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
    this.#makeHosts()
    this.#makeStations()
    this.#makeLedgerHost()
    this.#schedule()
    yield world.clock.nowMs() + this.#swarm.durationMs
    yield* this.#quieten()
  }

  #makeHosts(): void {
    const { world } = this
    const state = present(world.controller('a')?.state, 'array state')
    const spots = drawHotSpots(state, this.#random.fork())
    this.#spots = spots
    const media = drawMediaTargets({ world, state, spots, random: this.#random.fork() })
    const faultRandom = this.#random.fork()
    const around = { blocks: this.#checks.blocks, violations: this.#checks.violations, watcher: this.#watcher?.hosts }
    for (const [index, habits] of this.#swarm.hosts.entries()) {
      this.#hosts.push(new VirtualHost({ name: `host ${index + 1}`, world, random: this.#random.fork(), habits, spots, around }))
    }
    const corrupt = (): number | undefined => {
      const row = media.nextRow()
      if (row === undefined) return undefined
      world.media[row.drive]?.corrupt(row.block, faultRandom)
      this.#checks.corrupted(row)
      return row.drive
    }
    for (const { atMs, fault } of this.#swarm.faults) {
      world.clock.after(atMs, () => {
        this.#strikes++
        const hit = this.#watcher?.faultStruck(fault.name) ?? nobodyLooks
        world.trace.mix(fault.name)
        fault.strike({
          world,
          random: faultRandom,
          hit,
          mediaTarget: () => media.next(),
          sickDrives: media.sickDrives,
          corrupt,
          isOver: () => this.#faultsAreOver,
        })
      })
    }
  }

  #makeStations(): void {
    const { stations } = this.#swarm
    for (let number = 1; number <= stations; number++) {
      const random = this.#random.fork()
      const habits = {
        thinkMs: random.pick([20, 100, 400]),
        twiceShare: random.pick([0, 0.2]),
        maxRequests: Math.floor(MAX_REQUESTS / stations),
      }
      const station = new Station({ name: `station ${number}`, world: this.world, random, habits, check: this.#checks.services })
      this.#stations.push(station)
      station.start()
    }
  }

  #makeLedgerHost(): void {
    if (!this.#swarm.hasLedgerHost) return
    const { world } = this
    const state = present(world.controller('a')?.state, 'array state')
    this.#ledgerHost = new LedgerHost({
      world,
      state,
      spots: this.#spots,
      random: this.#random.fork(),
      violations: this.#checks.violations,
    })
    this.#ledgerHost.start()
  }

  #schedule(): void {
    const { clock } = this.world
    for (const { atMs, commandsPerClient } of this.#swarm.bursts) {
      clock.after(atMs, () => {
        for (const host of this.#hosts) host.burst(commandsPerClient)
      })
    }
    const { restartAfterMs, rebuildAfterMs } = this.#swarm
    new Operator({ world: this.world, random: this.#random.fork(), restartAfterMs, rebuildAfterMs }).watch()
    this.#checks.watch()
  }

  /** No more faults: everybody must get an answer, and everything must be as it was acknowledged. */
  *#quieten(): Course<void> {
    const { world } = this
    this.#faultsAreOver = true
    mendAll(world)
    for (const station of this.#stations) station.stop()
    this.#ledgerHost?.stop()
    if (!(yield* this.#waitFor('hosts and stations have their answers', () => this.#isIdle()))) return
    // The last requests may take a controller down after their answers.
    yield world.clock.nowMs() + AFTERMATH_MS
    if (!(yield* this.#waitFor('both controllers serve', () => this.#isSettled()))) return
    const round = new LastRound(world, this.#checks.services)
    round.start()
    if (
      !(yield* this.#waitFor(
        'each controller serves what it is asked',
        () => !round.isBusy,
        () => `controller-${round.portal}`,
      ))
    )
      return
    if (!(yield* this.#waitFor('what dead controllers left behind is verified', () => this.#isVerified()))) return
    if (!(yield* this.#waitFor('drives are rebuilt, or stay out', () => this.#isRebuilt()))) return
    for (const host of this.#hosts) host.readAll()
    this.#ledgerHost?.verify()
    if (!(yield* this.#waitFor('hosts have read back', () => this.#isIdle()))) return
    yield world.clock.nowMs() + QUIET_MS
    // A commit of the last moment may still be on its way to the other controller.
    if (!(yield* this.#waitFor('both controllers have the same generation', () => this.#hasOneGeneration()))) return
    this.#checks.finish(this.#spots)
  }

  #isIdle(): boolean {
    const all = [...this.#hosts, ...this.#stations, ...(this.#ledgerHost === undefined ? [] : [this.#ledgerHost])]
    return all.every(({ isBusy }) => !isBusy)
  }

  #isVerified(): boolean {
    const state = this.world.controller('a')?.state
    return state?.ownership.every(({ unverifiedFrom }) => unverifiedFrom === undefined) === true
  }

  #isRebuilt(): boolean {
    const state = this.world.controller('a')?.report().array
    return state?.failedMembers?.some(({ rebuild }) => rebuild !== undefined) !== true
  }

  #hasOneGeneration(): boolean {
    const [a, b] = CONTROLLER_IDS.map((id) => this.world.controller(id)?.state?.generation)
    return a === b
  }

  /** Automatic giveback may have been turned off, and volumes may have been moved by request. */
  #isSettled(): boolean {
    const { network } = this.world
    return CONTROLLER_IDS.every((id) => this.world.isServing(id) && network.listenerOf(id)?.controller === id)
  }

  *#waitFor(what: string, condition: () => boolean, place = (): Place => this.#whoWaits()): Course<boolean> {
    const isSo = yield* this.world.until(condition, LIVENESS_MS)
    if (isSo) return true
    this.#checks.violations.add('liveness', `${LIVENESS_MS} ms without faults and still not so: ${what}`, place())
    return isSo
  }

  #whoWaits(): Place {
    const waiting = CONTROLLER_IDS.find((id) => !this.world.isServing(id))
    return waiting === undefined ? 'host' : `controller-${waiting}`
  }
}
