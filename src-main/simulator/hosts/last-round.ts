import type { ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { ServiceErrorCode } from '../../contract/service-request'
import type { ServiceCheck } from '../checkers/service-check'
import type { World } from '../world'

const PATIENCE_MS = 2000
const RETRY_MS = 30

interface Asked {
  readonly portal: ControllerId
  readonly name: string
  readonly params: JsonObject
}

/** Service ownership must reach each controller at least once. */
const ROUND: readonly Asked[] = [
  { portal: 'a', name: 'set-dispatch-scheme', params: { scheme: 'transfer-ownership' } },
  { portal: 'a', name: 'rename-array', params: { name: 'asked at a' } },
  { portal: 'b', name: 'rename-array', params: { name: 'asked at b' } },
  { portal: 'a', name: 'rename-array', params: { name: 'asked at a again' } },
  { portal: 'b', name: 'list-operations', params: {} },
]

/** For a scheme that allows only one controller to serve: the first request of the round must find that controller. */
const ELSEWHERE: readonly ServiceErrorCode[] = ['not-primary']
const LATER: readonly ServiceErrorCode[] = ['busy', 'unavailable', 'conflict', 'not-possible-now']

/**
 * A management station at the end of a world. It asks each controller, and does not try the other one if no answer comes. So it
 * finds a controller that serves I/O but no longer serves service requests.
 */
export class LastRound {
  readonly #world: World
  readonly #check: ServiceCheck
  #next = 0
  #isBusy = false
  /** The portal that is asked, or was asked last. */
  portal: ControllerId = 'a'

  constructor(world: World, check: ServiceCheck) {
    this.#world = world
    this.#check = check
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  start(): void {
    this.#isBusy = true
    this.#ask()
  }

  #ask(): void {
    const asked = ROUND[this.#next++]
    if (asked === undefined) this.#isBusy = false
    else this.#send(asked, asked.portal)
  }

  #send(asked: Asked, portal: ControllerId): void {
    this.portal = portal
    const request = { id: `last-${this.#next}`, name: asked.name, params: asked.params }
    const look = this.#check.lookBegins()
    let isOver = false
    const again = (to: ControllerId): void => {
      if (isOver) return
      isOver = true
      this.#send(asked, to)
    }
    this.#world.request(portal, request, (answer) => {
      this.#check.answered(request, look, answer)
      if (isOver) return
      const error = 'error' in answer ? answer.error.code : undefined
      if (error !== undefined && ELSEWHERE.includes(error)) again(portal === 'a' ? 'b' : 'a')
      else if (error !== undefined && LATER.includes(error)) this.#world.clock.after(RETRY_MS, () => again(portal))
      else {
        isOver = true
        this.#ask()
      }
    })
    this.#world.clock.after(PATIENCE_MS, () => again(portal))
  }
}
