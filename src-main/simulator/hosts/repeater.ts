import { Prng } from '../../base/prng'
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
/** How often another request is sent with the id of an old one. */
const REUSED_SHARE = 0.1

/**
 * A station that changes more than the pair can remember, and sends requests again that were answered long ago. Their answer is the
 * first one, or that the id has expired. If one ran a second time, the array would get an old name again. It also asks for something
 * else with the id of a request that was carried out, which must never be done.
 */
export class Repeater {
  #sent = 0
  #reused = 0
  #isRunning = false
  #isBusy = false
  /** Numbers of requests that were carried out. */
  readonly #done: number[] = []
  readonly #world: World
  readonly #random: Prng
  readonly #check: ServiceCheck
  /** Of its own, so that worlds change as little as can be. */
  readonly #reuses: Prng

  constructor(parts: { readonly world: World; readonly random: Prng; readonly check: ServiceCheck }) {
    this.#world = parts.world
    this.#random = parts.random
    this.#check = parts.check
    this.#reuses = new Prng(parts.world.seed).fork()
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
    this.#send(number, this.#random.pick(CONTROLLER_IDS))
    if (number > 0 && this.#random.chance(REPEATED_SHARE)) this.#repeat(renameOf(this.#random.below(number)))
    if (this.#done.length > 0 && this.#reuses.chance(REUSED_SHARE)) this.#reuse(this.#reuses.pick(this.#done))
  }

  #send(number: number, portal: ControllerId): void {
    let isOver = false
    const again = (afterMs: number): void => {
      if (isOver) return
      isOver = true
      this.#world.clock.after(afterMs, () => this.#send(number, this.#random.chance(0.7) ? peerOf(portal) : portal))
    }
    this.#ask(renameOf(number), portal, (answer) => {
      if (isOver) return
      if ('error' in answer && RETRIED.includes(answer.error.code)) again(RETRY_MS)
      else {
        isOver = true
        if (!('error' in answer)) this.#done.push(number)
        this.#next()
      }
    })
    this.#world.clock.after(this.#world.serverOf(portal) === undefined ? RETRY_MS : ANSWER_TIMEOUT_MS, () => again(0))
  }

  /** Nobody waits for it: it is only checked. */
  #repeat(request: StationRequest): void {
    this.#ask(request, this.#random.pick(CONTROLLER_IDS), () => undefined)
  }

  /** The same, with another request. */
  #reuse(number: number): void {
    const { id, name, params, asks } = anotherOf(number, ++this.#reused, this.#reuses)
    this.#check.mustNotAppear(asks)
    this.#world.request(this.#reuses.pick(CONTROLLER_IDS), { id, name, params }, (answer) => this.#check.answeredAnew(id, answer))
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

/** Another request with the id of an old one. `asks`: the name that it would give. */
function anotherOf(number: number, count: number, random: Prng): StationRequest & { readonly asks: string } {
  const asks = `never ${count}`
  const rename = { name: 'rename-array', params: { name: asks } }
  const create = { name: 'create-volume', params: { name: asks, group: 'linear', blocks: 1 + random.below(20), preferredOwner: 'a' } }
  return { id: renameOf(number).id, asks, ...random.pick([rename, create]) }
}
