import { Prng } from '../base/prng'
import { present } from '../base/assert'
import { MIB } from '../base/units'
import type { ArrayState } from '../contract/array-state'
import type { ArrayConfiguration, DriveEntry } from '../contract/configuration'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import type { ServiceAnswer } from '../contract/service-request'
import type { ControllerEnd } from '../contract/snapshot'
import { Controller } from '../core/assembly/controller'
import { DEFAULT_TIMINGS, type ControllerTimings } from '../core/controller/peer/timings'
import { encodeState, encodeSuperblock, slotFirstBlock } from '../core/raid/superblock'
import { VirtualClaims } from './claim-table'
import { DriveCache } from './drive-cache'
import { DriveMedium } from './drive-medium'
import { newestServiceEpoch } from './epochs-on-drives'
import { firstState, type SmallArray } from './first-state'
import { Incarnation } from './incarnation'
import type { SlowTaking } from './send-queue'
import { TraceLog } from './trace-log'
import { VirtualClock } from './virtual-clock'
import { virtualDrive, type DriveLatency } from './virtual-drive'
import { VirtualInterconnect } from './virtual-interconnect'
import { VirtualMidplane } from './virtual-midplane'
import { VirtualNetwork } from './virtual-network'
import { VirtualNvram } from './virtual-nvram'
import { WriterCheck } from './writer-check'

export type ArrayPolicies = Pick<ArrayState, 'dispatchScheme' | 'automaticGiveback' | 'ownershipByLoad' | 'cachePolicy'>

export interface WorldOptions {
  readonly seed: number
  readonly driveCount?: number | undefined
  readonly driveBlocks?: number
  readonly timings?: ControllerTimings
  readonly latency?: DriveLatency
  /** Of each controller. */
  readonly nvramBytes?: number
  /** Instead of the array of a new lab. */
  readonly smallArray?: SmallArray | undefined
  /** Instead of both. */
  readonly configuration?: ((drives: readonly DriveEntry[]) => ArrayConfiguration) | undefined
  /** What else its array begins with that a new lab has not. */
  readonly policies?: Partial<ArrayPolicies>
  /** Drives keep what they take in a cache that is lost with the power. */
  readonly hasVolatileCaches?: boolean
  /** Viewers are shown every access to a drive, not only those of traced commands. */
  readonly tellsAllDrives?: boolean
  /** How hosts take what they are sent. Undefined: at once. */
  readonly slowHosts?: SlowTaking | undefined
}

export interface Life {
  readonly incarnation: Incarnation
  readonly controller: Controller
}

/** Yields virtual times. Before it resumes, the clock must have run up to the time it yielded. */
export type Course<T> = Generator<number, T, void>

export const TARGET_NAME = 'iqn.2026-11.lab.takeover:simulated'
const LOOK_EVERY_MS = 0.25
const DEFAULT_LATENCY: DriveLatency = { minMs: 0.02, maxMs: 0.2, flushMs: 0.6 }

/** The unmodified core and everything around it. All randomness comes from the seed, all time from the clock. */
export class World {
  readonly seed: number
  readonly random: Prng
  readonly clock = new VirtualClock()
  readonly trace = new TraceLog(this.clock)
  readonly claims = new VirtualClaims()
  readonly media: readonly DriveMedium[]
  readonly interconnect: VirtualInterconnect
  readonly network: VirtualNetwork
  readonly midplane: VirtualMidplane
  readonly nvram: Readonly<Record<ControllerId, VirtualNvram>>
  readonly writers = new WriterCheck(this.trace, (id) => this.midplane.occupant(id))
  /** Called with every state that a controller installs. */
  readonly stateListeners: ((incarnation: Incarnation, state: ArrayState) => void)[] = []
  /** Called with each controller that gets a message of the other one. */
  readonly heardListeners: ((listener: ControllerId) => void)[] = []
  /** Of this world alone, because they may change. */
  readonly #timings: { -readonly [K in keyof ControllerTimings]: ControllerTimings[K] }
  readonly #latency: DriveLatency
  readonly #tellsAllDrives: boolean
  readonly #lives: Record<ControllerId, Life | undefined> = { a: undefined, b: undefined }
  readonly #starts: Record<ControllerId, number> = { a: 0, b: 0 }
  #lastRequest = 0

  constructor(options: WorldOptions) {
    this.seed = options.seed
    this.random = new Prng(options.seed)
    this.#timings = { ...(options.timings ?? DEFAULT_TIMINGS) }
    this.#latency = options.latency ?? DEFAULT_LATENCY
    this.#tellsAllDrives = options.tellsAllDrives === true
    this.network = new VirtualNetwork(this.clock, options.slowHosts)
    this.interconnect = new VirtualInterconnect(this.clock, this.random.fork())
    const { driveCount = 6, driveBlocks = 65_536, nvramBytes = 4 * MIB } = options
    this.nvram = { a: new VirtualNvram(nvramBytes), b: new VirtualNvram(nvramBytes) }
    this.media = Array.from({ length: driveCount }, (_, index) => new DriveMedium(index, driveBlocks))
    this.midplane = new VirtualMidplane({
      clock: this.clock,
      random: this.random.fork(),
      trace: this.trace.port(),
      claims: this.claims,
      events: {
        start: (id) => this.#begin(id),
        presence: (of, presence, incarnation, end) => this.#tellPresence(of, presence, incarnation, end),
        stateChanged: (incarnation, state) => this.#tellState(incarnation, state),
      },
    })
    this.#format(options)
    if (options.hasVolatileCaches === true) for (const medium of this.media) medium.cache = new DriveCache()
  }

  get timings(): ControllerTimings {
    return this.#timings
  }

  start(controllers: readonly ControllerId[] = CONTROLLER_IDS): void {
    for (const id of controllers) this.midplane.start(id)
  }

  run(forMs: number): void {
    this.clock.runUntil(this.clock.nowMs() + forMs)
  }

  /** Runs until the condition holds, which it checks every quarter of a millisecond. False if that takes too long. */
  runUntil(condition: () => boolean, withinMs = 30_000): boolean {
    const course = this.until(condition, withinMs)
    for (;;) {
      const { done, value } = course.next()
      if (done === true) return value
      this.clock.runUntil(value)
    }
  }

  /** The same as a generator, so that the caller decides how time passes. */
  *until(condition: () => boolean, withinMs: number): Course<boolean> {
    const endMs = this.clock.nowMs() + withinMs
    while (!condition()) {
      if (this.clock.nowMs() > endMs) return false
      yield this.clock.nowMs() + LOOK_EVERY_MS
    }
    return true
  }

  /** The controller in a slot, if it is alive. */
  controller(id: ControllerId): Controller | undefined {
    const life = this.#lives[id]
    return life?.incarnation.isAlive === true ? life.controller : undefined
  }

  /** The newest life in a slot, which may have ended; undefined before the first start. */
  life(id: ControllerId): Life | undefined {
    return this.#lives[id]
  }

  incarnation(id: ControllerId): Incarnation | undefined {
    return this.#lives[id]?.incarnation
  }

  /** Who answers at a controller's addresses. */
  serverOf(portal: ControllerId): Life | undefined {
    const incarnation = this.network.listenerOf(portal)
    if (incarnation?.isAlive !== true) return undefined
    const life = this.#lives[incarnation.controller]
    return life?.incarnation === incarnation ? life : undefined
  }

  /** Nothing keeps the other controller from hearing this one. */
  canBeHeard(id: ControllerId): boolean {
    const life = this.#lives[id]
    if (life?.incarnation.state !== 'running' || life.incarnation.isSlow || this.interconnect.isCut) return false
    return life.controller.phase !== 'waiting'
  }

  isServing(id: ControllerId): boolean {
    return this.controller(id)?.phase === 'serving'
  }

  /** Both serve, each at its own addresses, and every volume is with the controller that prefers it. */
  isSettled(): boolean {
    return CONTROLLER_IDS.every((id) => this.isServing(id) && this.network.listenerOf(id)?.controller === id) && this.volumesAreHome()
  }

  volumesAreHome(): boolean {
    const state = this.controller('a')?.state ?? this.controller('b')?.state
    return (
      state?.configuration.volumes.every(({ id, preferredOwner }) =>
        state.ownership.some((one) => one.volumeId === id && one.owner === preferredOwner),
      ) === true
    )
  }

  /** Of both controllers, from their next beat on. */
  setHeartbeat(heartbeatMs: number): void {
    this.#timings.heartbeatMs = heartbeatMs
  }

  cutInterconnect(): void {
    this.interconnect.setCut(true)
    this.#tellLink('down')
  }

  mendInterconnect(): void {
    this.interconnect.setCut(false)
    this.#tellLink('up')
  }

  /** As if the whole program were killed: no more writes of either controller land, and the midplane forgets. Drives stay. */
  killApplication(): void {
    this.midplane.killApplication()
    this.writers.applicationKilled({ serviceEpoch: newestServiceEpoch(this.media) })
    this.interconnect.setCut(false)
  }

  /** Sends a service request to a management address; the answer comes in virtual time, or never if its receiver dies. */
  request(
    portal: ControllerId,
    request: { readonly id?: string; readonly since?: number; readonly name: string; readonly params?: object },
    respond: (answer: ServiceAnswer) => void,
  ): void {
    const id = request.id ?? `request-${++this.#lastRequest}`
    const life = this.serverOf(portal)
    life?.incarnation.deliver(() =>
      life.controller.submitService({ ...request, id }, portal, (answer) => this.clock.after(0.05, () => respond(answer))),
    )
  }

  /** Sends a service request and runs the world until the answer arrives. */
  answerTo(
    portal: ControllerId,
    request: { readonly id?: string; readonly since?: number; readonly name: string; readonly params?: object },
    withinMs = 30_000,
  ): ServiceAnswer {
    let answer: ServiceAnswer | undefined
    this.request(portal, request, (given) => (answer = given))
    this.runUntil(() => answer !== undefined, withinMs)
    return present(answer, `answer to ${request.name} at ${portal} (seed ${this.seed})`)
  }

  #begin(id: ControllerId): Incarnation {
    const number = ++this.#starts[id]
    const random = this.random.fork()
    const incarnation = new Incarnation(id, number, { clock: this.clock, random: random.fork() })
    const clock = { nowMs: () => this.clock.nowMs(), after: (delayMs: number, run: () => void) => incarnation.after(delayMs, run) }
    const drives = this.media.map((medium) =>
      virtualDrive({
        medium,
        incarnation,
        clock: this.clock,
        random: random.fork(),
        claims: this.claims,
        latency: this.#latency,
        watcher: this.writers,
        aside: (event) => this.trace.aside(event),
        tellsAll: this.#tellsAllDrives,
      }),
    )
    const controller: Controller = new Controller(
      {
        clock,
        turn: incarnation.turn,
        drives,
        portals: this.network.portals(incarnation, (connection, portal) => controller.accept(connection, portal)),
        peer: this.interconnect.port(incarnation),
        midplane: this.midplane.port(incarnation),
        trace: this.trace.port(),
        nvram: this.nvram[id].port(incarnation),
      },
      {
        id,
        incarnation: number,
        random,
        targetName: TARGET_NAME,
        portalAddresses: { a: 'portal-a:3260', b: 'portal-b:3260' },
        managementAddresses: { a: 'http://management-a', b: 'http://management-b' },
        timings: this.timings,
      },
    )
    this.#lives[id] = { incarnation, controller }
    this.interconnect.plugIn({
      incarnation,
      receive: (message) => {
        for (const listener of this.heardListeners) listener(id)
        controller.peerMessage(message)
      },
    })
    incarnation.after(0.5, () => {
      controller.peerLink(this.interconnect.isCut ? 'down' : 'up')
      controller.peerPresence(this.midplane.occupant(peerOf(id)) === undefined ? 'gone' : 'present', this.#starts[peerOf(id)])
      controller.start()
    })
    return incarnation
  }

  #tellPresence(of: ControllerId, presence: 'present' | 'gone', incarnation: number, end?: ControllerEnd): void {
    const life = this.#lives[peerOf(of)]
    life?.incarnation.deliver(() => life.controller.peerPresence(presence, incarnation, end))
  }

  #tellState(incarnation: Incarnation, state: ArrayState): void {
    for (const listener of this.stateListeners) listener(incarnation, state)
  }

  #tellLink(state: 'up' | 'down'): void {
    for (const id of CONTROLLER_IDS) {
      const life = this.#lives[id]
      life?.incarnation.deliver(() => life.controller.peerLink(state))
    }
  }

  #format({ smallArray, configuration, policies }: WorldOptions): void {
    const state: ArrayState = { ...firstState(this.media, configuration ?? smallArray), ...policies }
    const payload = encodeState(state)
    if (!payload.ok) throw new RangeError('the first state does not fit into a superblock')
    for (const { index, id } of state.configuration.drives) {
      const identity = { arrayId: state.configuration.arrayId, driveIndex: index, driveId: id, generation: state.generation }
      present(this.media[index], `drive ${index}`).write(slotFirstBlock(state.generation), encodeSuperblock(identity, payload.value))
    }
  }
}
