import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { ServiceAnswer, ServiceErrorCode } from '../../contract/service-request'
import type { ServiceCheck } from '../checkers/service-check'
import type { World } from '../world'
import type { StationRequest } from './station-requests'

/** Results of the first requests are dropped by then. */
const REQUESTS = LIMITS.completedRequests + 60
const ANSWER_TIMEOUT_MS = 2500
const RETRY_MS = 30
const RETRIED: readonly ServiceErrorCode[] = ['busy', 'not-primary', 'unavailable', 'conflict', 'not-possible-now', 'no-space']
/** How often an old request is sent again between two new ones. */
const REPEATED_SHARE = 0.2

/**
 * A station that changes more than the pair can remember, and sends requests again that were answered long ago. Their answer is the
 * first one, or that the id has expired. If one ran a second time, the array would get an old name again.
 */
export class Repeater {
  #sent = 0
  #isRunning = false
  #isBusy = false
  readonly #world: World
  readonly #random: Prng
  readonly #check: ServiceCheck

  constructor(parts: { readonly world: World; readonly random: Prng; readonly check: ServiceCheck }) {
    this.#world = parts.world
    this.#random = parts.random
    this.#check = parts.check
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  start(): void {
    this.#isRunning = true
    this.#next()
  }

  /** Asks for nothing new. */
  stop(): void {
    this.#isRunning = false
  }

  #next(): void {
    this.#isBusy = this.#isRunning && this.#sent < REQUESTS
    if (!this.#isBusy) return
    const number = this.#sent++
    this.#send(renameOf(number), this.#random.pick(CONTROLLER_IDS))
    if (number > 0 && this.#random.chance(REPEATED_SHARE)) this.#repeat(renameOf(this.#random.below(number)))
  }

  #send(request: StationRequest, portal: ControllerId): void {
    let isOver = false
    const again = (afterMs: number): void => {
      if (isOver) return
      isOver = true
      this.#world.clock.after(afterMs, () => this.#send(request, this.#random.chance(0.7) ? peerOf(portal) : portal))
    }
    this.#ask(request, portal, (answer) => {
      if (isOver) return
      if ('error' in answer && RETRIED.includes(answer.error.code)) again(RETRY_MS)
      else {
        isOver = true
        this.#next()
      }
    })
    this.#world.clock.after(this.#world.serverOf(portal) === undefined ? RETRY_MS : ANSWER_TIMEOUT_MS, () => again(0))
  }

  /** Nobody waits for it: it is only checked. */
  #repeat(request: StationRequest): void {
    this.#ask(request, this.#random.pick(CONTROLLER_IDS), () => undefined)
  }

  #ask(request: StationRequest, portal: ControllerId, done: (answer: ServiceAnswer) => void): void {
    const look = this.#check.lookBegins()
    const { id, name, params } = request
    this.#world.request(portal, { id, name, params }, (answer) => {
      this.#check.answered(request, look, answer)
      done(answer)
    })
  }
}

function renameOf(number: number): StationRequest {
  return { id: `repeated-${number}`, name: 'rename-array', params: { name: `array repeated-${number}` } }
}
