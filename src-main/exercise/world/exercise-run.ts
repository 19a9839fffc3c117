import { present } from '../../base/assert'
import type { HostReport } from '../../contract/host'
import type { WorldOutline } from '../../contract/simulation'
import type { TraceEvent } from '../../contract/trace'
import { DEFAULT_TIMINGS } from '../../core/controller/peer/timings'
import type { Violation } from '../../simulator/checkers/checker'
import { Checks } from '../../simulator/checkers/checks'
import { Ground } from '../../simulator/hosts/ground'
import { LedgerHost } from '../../simulator/hosts/ledger-host'
import type { StagedHosts, StagedRun } from '../../simulator/playback/stage'
import { CourseRun } from '../../simulator/run/course-run'
import type { RunWatcher } from '../../simulator/run/run-world'
import { World, type Course } from '../../simulator/world'
import { triggerFits } from '../checks/trigger'
import type { ActEvidence } from '../evidence/evidence'
import type { Act, SimulatedExercise, SimulatedWorld, TimedAct } from '../format/exercise'
import { hostWorkload } from '../format/host-workload'
import { driveBlocksOf, exerciseConfiguration } from './exercise-array'
import { RequestLog } from './request-log'
import { faultOf, performAct, watchBatteries, type ActSurroundings } from './simulated-acts'

/** What a learner did, after that event of the run. Up to there the run is as without it. */
export interface ActAfter extends Act {
  readonly event: number
}

export interface RefusedAct {
  readonly by: ActEvidence['by']
  readonly act: Act
  /** A sentence. */
  readonly why: string
}

export interface ExerciseRunOptions {
  readonly exercise: Pick<SimulatedExercise, 'world' | 'script'>
  readonly seed: number
  /** In the order of their events. */
  readonly acts: readonly ActAfter[]
  /** Those of a solution, which stand in the file by time or by what they follow. */
  readonly solution?: readonly TimedAct[]
}

/** The pair must serve by then; without a fault it always does. */
const STARTS_WITHIN_MS = 10_000
/** After the end, hosts wait for their answers for as long. */
const ANSWERED_WITHIN_MS = 10_000
const QUIET_MS = 300
const NVRAM_BYTES = 1024 * 1024
const SETTLES_MS = 0.5

/** The world of an exercise from its first to its last event: calm but for what its script and its learner do. */
export class ExerciseRun implements StagedRun, StagedHosts {
  readonly world: World
  readonly #options: ExerciseRunOptions
  readonly #watcher: RunWatcher | undefined
  readonly #course: CourseRun
  readonly #checks: Checks
  readonly #acts: ActEvidence[] = []
  readonly #refused: RefusedAct[] = []
  readonly #around: Omit<ActSurroundings, 'host' | 'hit'>
  #host: LedgerHost | undefined
  #servesFromMs: number | undefined
  #nextAct = 0
  #isVerified = false
  #takenOverSinceMs: number | undefined

  constructor(options: ExerciseRunOptions, watcher?: RunWatcher) {
    this.#options = options
    this.#watcher = watcher
    this.world = worldOf(options.exercise.world, options.seed)
    const { world } = this
    this.#checks = new Checks(world)
    const requests = new RequestLog(world, this.#checks.services)
    this.#around = { world, requests, noBattery: new Set(), pulled: new Set() }
    watchBatteries(world, this.#around.noBattery)
    world.trace.onEvent((event) => this.#noteTakeover(event))
    this.#course = new CourseRun({
      clock: world.clock,
      course: this.#play(),
      between: () => this.#actWhereDue(),
      failed: (error) => this.#checks.violations.addError(error),
    })
  }

  step(): boolean {
    return this.#course.step()
  }

  /** Virtual milliseconds of its time that are over. */
  get done(): number {
    const { durationMs } = this.#options.exercise.world
    return Math.min(durationMs, Math.max(0, Math.floor(this.world.clock.nowMs() - (this.#servesFromMs ?? Number.POSITIVE_INFINITY))))
  }

  get violations(): readonly Violation[] {
    return this.#checks.violations.found
  }

  /** What the script and the learner did so far. */
  get acts(): readonly ActEvidence[] {
    return this.#acts
  }

  /** Acts that were not possible when their time came. They changed nothing. */
  get refused(): readonly RefusedAct[] {
    return this.#refused
  }

  get requests(): RequestLog {
    return this.#around.requests
  }

  /** When the pair began to serve: the times of an exercise count from there. Undefined: it does not yet. */
  get servesFromMs(): number | undefined {
    return this.#servesFromMs
  }

  /** The host has read back what it knows, after the end. */
  get isVerified(): boolean {
    return this.#isVerified
  }

  outline(): WorldOutline {
    return { hash: this.world.trace.hash, hosts: 1, stations: 1 }
  }

  report(): HostReport | undefined {
    return this.#host?.host.report()
  }

  /** Does it now, as the learner. The error is a sentence. */
  act(act: Act): ReturnType<typeof performAct> {
    return this.#perform('learner', act)
  }

  *#play(): Course<void> {
    const { world } = this
    const { durationMs } = this.#options.exercise.world
    world.start()
    if (!(yield* world.until(() => world.isSettled(), STARTS_WITHIN_MS))) {
      this.#checks.violations.add('liveness', 'the pair does not start')
      return
    }
    this.#begin()
    this.#servesFromMs = world.clock.nowMs()
    yield this.#servesFromMs + durationMs
    yield* this.#end(present(this.#host, 'host'))
  }

  #begin(): void {
    const { world } = this
    const { exercise, solution = [] } = this.#options
    const state = present(world.controller('a')?.state, 'array state')
    const { violations, blocks } = this.#checks
    const { workload } = exercise.world
    const ground = new Ground({ state, random: world.random.fork(), hasLedgerHost: true })
    const host = (this.#host = new LedgerHost({
      world,
      state,
      random: world.random.fork(),
      violations,
      blocks,
      trace: { ...world.trace.port(), admit: () => true },
      ...(workload === undefined ? {} : { workload: hostWorkload(workload) }),
    }))
    world.stateListeners.push((_, installed) => void ground.installed(installed))
    if (workload === undefined) host.host.open()
    else host.start()
    this.#checks.watch()
    this.#checks.excuseDoubts(ground)
    for (const one of exercise.script) this.#plan('script', one)
    for (const one of solution) this.#plan('learner', one)
  }

  #plan(by: ActEvidence['by'], { when, ...act }: TimedAct): void {
    const { clock, trace } = this.world
    const perform = (): void => void this.#perform(by, act)
    if (when.type === 'at') {
      clock.after(when.atMs, perform)
      return
    }
    let seen = 0
    const look = (event: TraceEvent): void => {
      if (!triggerFits(when.trigger, event) || ++seen !== when.nth) return
      clock.after(when.plusMs, perform)
    }
    trace.onEvent(look)
    trace.onAside(look)
  }

  #actWhereDue(): void {
    const { acts } = this.#options
    const { eventsRun } = this.world.clock
    for (let next = acts[this.#nextAct]; next !== undefined && next.event <= eventsRun; next = acts[this.#nextAct]) {
      this.#nextAct++
      // It was due before there was anything to act on.
      if (this.#host !== undefined) this.#perform('learner', next)
    }
  }

  #perform(by: ActEvidence['by'], act: Act): ReturnType<typeof performAct> {
    const host = present(this.#host, 'a pair that serves')
    const { trace, clock } = this.world
    const fault = faultOf(act)
    const countBefore = trace.count
    trace.mix(act.act)
    if (fault !== undefined) host.host.countOutagesFrom({ atMs: clock.nowMs(), reason: 'fault' })
    const hit = fault === undefined ? undefined : this.#watcher?.faultStruck(fault)
    const outcome = performAct(act, { ...this.#around, host, hit: hit ?? (() => undefined) })
    if (!outcome.ok) this.#refused.push({ by, act, why: outcome.error })
    // The first that it made, or the newest before it.
    const event = trace.events.at(Math.min(-1, countBefore - trace.count))
    this.#acts.push({
      by,
      act: act.act,
      parameters: act.parameters,
      atMs: clock.nowMs(),
      ...(event === undefined ? {} : { event: event.id }),
    })
    return outcome
  }

  /** As the lab tells its host. */
  #noteTakeover({ kind, timeMs }: TraceEvent): void {
    if (kind === 'takeover.detected') this.#takenOverSinceMs = timeMs
    if (kind !== 'takeover.serving' || this.#takenOverSinceMs === undefined) return
    const takeover = { startedAtMs: this.#takenOverSinceMs, servingAtMs: timeMs }
    this.world.clock.after(SETTLES_MS, () => this.#host?.host.noteTakeover(takeover))
  }

  /** Hosts get their answers, if anybody can give them, and read back what they know. Nothing is mended. */
  *#end(host: LedgerHost): Course<void> {
    const { world } = this
    host.stop()
    if (!(yield* world.until(() => !host.isBusy, ANSWERED_WITHIN_MS))) return
    host.verify()
    this.#isVerified = yield* world.until(() => !host.isBusy, ANSWERED_WITHIN_MS)
    yield world.clock.nowMs() + QUIET_MS
    if (this.#isVerified && world.isSettled()) this.#checks.finish()
  }
}

function worldOf(plan: SimulatedWorld, seed: number): World {
  return new World({
    seed,
    driveCount: plan.drives,
    driveBlocks: driveBlocksOf(plan),
    nvramBytes: NVRAM_BYTES,
    timings: { ...DEFAULT_TIMINGS, ...plan.timers },
    configuration: exerciseConfiguration(plan, 'simulated-array'),
    policies: plan.policies,
    tellsAllDrives: true,
  })
}
