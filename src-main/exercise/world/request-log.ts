import type { ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { ServiceAnswer } from '../../contract/service-request'
import type { ServiceCheck } from '../../simulator/checkers/service-check'
import type { World } from '../../simulator/world'
import type { RequestAnswer } from '../evidence/evidence'

/** A request as its station sent it, once. */
export interface LoggedRequest {
  readonly id: string
  readonly name: string
  readonly to: ControllerId
  readonly atMs: number
  /** Nobody listened there. */
  readonly isRefused: boolean
  answer?: RequestAnswer
}

/** The management station of an exercise: it sends what it is told to, once, and remembers what became of it. */
export class RequestLog {
  readonly #world: World
  readonly #check: ServiceCheck
  readonly #sent: LoggedRequest[] = []
  /** By id, what was sent first under it: the same again is the same request. */
  readonly #first = new Map<string, string>()

  constructor(world: World, check: ServiceCheck) {
    this.#world = world
    this.#check = check
  }

  get sent(): readonly LoggedRequest[] {
    return this.#sent
  }

  /** Parameters were decoded when the act was read. */
  send(parameters: JsonObject): void {
    const { to, id, name, params } = parameters as unknown as {
      readonly to: ControllerId
      readonly id: string
      readonly name: string
      readonly params: JsonObject
    }
    const { clock } = this.#world
    const request: LoggedRequest = { id, name, to, atMs: clock.nowMs(), isRefused: this.#world.serverOf(to) === undefined }
    this.#sent.push(request)
    const look = this.#check.lookBegins()
    this.#world.request(to, { id, name, params }, (answer) => {
      request.answer = {
        atMs: clock.nowMs(),
        receivedBy: answer.receivedBy,
        outcome: 'error' in answer ? answer.error.code : 'good',
        ...('error' in answer ? {} : { servedBy: answer.servedBy }),
      }
      this.#world.trace.mix(`${id} ${request.answer.outcome}`)
      this.#judge({ id, name, params }, look, answer)
    })
  }

  /** A learner's mistake is no violation; an answer that another one contradicts is. */
  #judge(request: { readonly id: string; readonly name: string; readonly params: JsonObject }, look: number, answer: ServiceAnswer): void {
    if ('error' in answer) return
    const what = JSON.stringify([request.name, request.params])
    const first = this.#first.get(request.id)
    if (first === undefined) this.#first.set(request.id, what)
    if (first === undefined || first === what) this.#check.answered(request, look, answer)
    else this.#check.answeredAnew(request.id, answer)
  }
}
