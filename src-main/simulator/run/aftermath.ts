import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { Place } from '../../contract/trace'
import type { Checks } from '../checkers/checks'
import type { Ground } from '../hosts/ground'
import { LastRound } from '../hosts/last-round'
import type { Course, World } from '../world'
import type { Actors } from './actors'

/** Without faults, everything must be as it should within this time. */
export const LIVENESS_MS = 30_000
const AFTERMATH_MS = 1500
const QUIET_MS = 300

export interface AftermathParts {
  readonly world: World
  readonly checks: Checks
  readonly actors: Actors
  readonly ground: Ground
}

/** What comes after the last fault: everybody must get an answer, and everything must be as it was acknowledged. */
export class Aftermath {
  readonly #parts: AftermathParts

  constructor(parts: AftermathParts) {
    this.#parts = parts
  }

  /** Ends at the first thing that does not come true, which is a violation. */
  *run(): Course<void> {
    const { world, checks, actors, ground } = this.#parts
    actors.stop()
    if (!(yield* this.#waitFor('hosts and stations have their answers', () => actors.isIdle))) return
    // The last requests may take a controller down after their answers.
    yield world.clock.nowMs() + AFTERMATH_MS
    if (!(yield* this.#waitFor('both controllers serve', () => this.#isSettled()))) return
    if (!(yield* this.#lastRound())) return
    if (!(yield* this.#waitFor('what dead controllers left behind is verified', () => this.#isVerified()))) return
    if (!(yield* this.#waitFor('drives are rebuilt, or stay out', () => this.#isRebuilt()))) return
    actors.readBack(ground)
    if (!(yield* this.#waitFor('hosts have read back', () => actors.isIdle))) return
    yield world.clock.nowMs() + QUIET_MS
    // A commit of the last moment may still be on its way to the other controller.
    if (!(yield* this.#waitFor('both controllers have the same generation', () => this.#hasOneGeneration()))) return
    checks.finish()
  }

  *#lastRound(): Course<boolean> {
    const { world, checks } = this.#parts
    const round = new LastRound(world, checks.services)
    const asked = (): Place => `controller-${round.portal}`
    round.start()
    return yield* this.#waitFor('each controller serves what it is asked', () => !round.isBusy, asked)
  }

  /** Automatic giveback may have been turned off, and volumes may have been moved by request. */
  #isSettled(): boolean {
    const { world } = this.#parts
    return CONTROLLER_IDS.every((id) => world.isServing(id) && world.network.listenerOf(id)?.controller === id)
  }

  #isVerified(): boolean {
    const state = this.#parts.world.controller('a')?.state
    return state?.ownership.every(({ unverified }) => unverified === undefined) === true
  }

  #isRebuilt(): boolean {
    const state = this.#parts.world.controller('a')?.report().array
    return state?.failedMembers?.some(({ rebuild }) => rebuild !== undefined) !== true
  }

  #hasOneGeneration(): boolean {
    const [a, b] = CONTROLLER_IDS.map((id) => this.#parts.world.controller(id)?.state?.generation)
    return a === b
  }

  *#waitFor(what: string, condition: () => boolean, place = (): Place => this.#whoWaits()): Course<boolean> {
    const { world, checks } = this.#parts
    const isSo = yield* world.until(condition, LIVENESS_MS)
    if (isSo) return true
    checks.violations.add('liveness', `${LIVENESS_MS} ms without faults and still not so: ${what}`, place())
    return isSo
  }

  #whoWaits(): Place {
    const waiting = CONTROLLER_IDS.find((id) => !this.#parts.world.isServing(id))
    return waiting === undefined ? 'host' : `controller-${waiting}`
  }
}
