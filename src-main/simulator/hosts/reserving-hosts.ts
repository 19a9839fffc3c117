import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { Violations } from '../checkers/checker'
import { ReservationCheck } from '../checkers/reservation-check'
import type { World } from '../world'
import { ReservingPath } from './reserving-path'

const HOSTS = 3
/** Sends all that it owes within a short while. */
const THINK_MS = 4
/** Commands of one burst of the world, for all hosts. */
const BURST_COMMANDS = 24
const LAST_LOOKS = 6
/** Of commands that may change something: what is lost with a controller may have come about in any order. */
const CHANGES_AT_ONCE = 2
/** After the last news of a controller, no change waits for anything. */
const QUIET_MS = 1500
/** Only then is it worth to ask whether anybody serves. */
const OF_CONTROLLERS = /^(?:controller|midplane|takeover|peer)/

/**
 * Hosts that register with one logical unit, reserve it, take it from each other, and try to read and write it without moving any data.
 * Each uses both addresses, which are nexuses of their own.
 */
export class ReservingHosts {
  answered = 0
  readonly #world: World
  readonly #random: Prng
  readonly #paths: readonly ReservingPath[]
  readonly #check: ReservationCheck
  readonly #pumping = new Set<ReservingPath>()
  #owed = 0
  #looks: number | undefined
  #isServed = true
  #newsAtMs = 0

  constructor(parts: { readonly world: World; readonly random: Prng; readonly violations: Violations; readonly lun: number }) {
    const { world, random, violations, lun } = parts
    this.#world = world
    this.#random = random
    const check = (this.#check = new ReservationCheck(violations, () => world.clock.nowMs()))
    this.#paths = Array.from({ length: HOSTS }, (_, index) => index + 1).flatMap((host) =>
      CONTROLLER_IDS.map(
        (portal) => new ReservingPath({ world, check, host, portal, lun, random: random.fork(), answered: () => this.answered++ }),
      ),
    )
    for (const path of this.#paths) path.meet(this.#paths)
    world.trace.onEvent(({ kind }) => {
      if (OF_CONTROLLERS.test(kind)) this.#lookAtControllers()
    })
  }

  /** Its check has followed everything. */
  get isJudged(): boolean {
    return !this.#check.isOver
  }

  get isBusy(): boolean {
    return this.#owed > 0 || this.#looks !== undefined || this.#paths.some(({ isWaiting }) => isWaiting)
  }

  start(): void {
    for (const path of this.#paths) path.connect()
  }

  burst(): void {
    const nowMs = this.#world.clock.nowMs()
    if (this.#world.isSettled() && nowMs - this.#newsAtMs > QUIET_MS) this.#check.isQuietSince(nowMs - QUIET_MS)
    this.#owed = BURST_COMMANDS
    for (const path of this.#paths) this.#pump(path)
  }

  /** Sends nothing new. */
  stop(): void {
    this.#owed = 0
  }

  /**
   * Once everything is as it should be: each nexus leaves, which ends what it has reserved with RESERVE(6), comes back, and says what it
   * sees, and may do.
   */
  verify(): void {
    this.#looks = LAST_LOOKS * this.#paths.length
    let staying = this.#paths.length
    for (const path of this.#paths)
      this.#leave(path, () => {
        if (--staying === 0) this.#world.clock.after(QUIET_MS, () => this.#lookAgain())
      })
  }

  #leave(path: ReservingPath, left: () => void): void {
    this.#world.clock.after(this.#random.fraction() * THINK_MS, () => {
      if (path.isWaiting || !path.isOpen) this.#leave(path, left)
      else path.leave(left)
    })
  }

  #lookAgain(): void {
    this.#check.allHaveLeftSince(this.#world.clock.nowMs() - QUIET_MS)
    for (const path of this.#paths) this.#look(path, LAST_LOOKS)
  }

  #pump(path: ReservingPath): void {
    if (this.#pumping.has(path)) return
    this.#pumping.add(path)
    this.#world.clock.after(this.#random.fraction() * THINK_MS, () => {
      this.#pumping.delete(path)
      if (this.#owed === 0) return
      if (path.isOpen && !path.isWaiting) {
        this.#owed--
        path.draw(this.#paths.filter(({ isChanging }) => isChanging).length < CHANGES_AT_ONCE)
      }
      this.#pump(path)
    })
  }

  #look(path: ReservingPath, left: number): void {
    this.#world.clock.after(this.#random.fraction() * THINK_MS, () => {
      if (path.isWaiting || !path.isOpen) return this.#look(path, left)
      path.look(left)
      this.#looks = (this.#looks ?? 0) - 1
      if (left > 1) this.#look(path, left - 1)
      else this.#end(path)
    })
  }

  #end(path: ReservingPath): void {
    if (path.isWaiting) this.#world.clock.after(1, () => this.#end(path))
    else {
      path.end()
      if (this.#looks === 0) this.#looks = undefined
    }
  }

  /** When no controller is a member of a pair that serves, what need not outlive a power loss is lost. */
  #lookAtControllers(): void {
    this.#newsAtMs = this.#world.clock.nowMs()
    const isServed = CONTROLLER_IDS.some((id) => {
      const phase = this.#world.controller(id)?.phase
      return phase === 'serving' || phase === 'taking-over'
    })
    if (isServed === this.#isServed) return
    this.#isServed = isServed
    this.#check.mayHappen({ kind: 'power-loss' })
  }
}
