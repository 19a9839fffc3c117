import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { ServiceAnswer, ServiceErrorCode } from '../../contract/service-request'
import type { StationRequest } from '../hosts/station-requests'
import type { Violations } from './checker'
import { RegisterHistory } from './register-history'

export const SERVICE_CHECKER = 'service-requests'

/** Requests that change nothing, and so are not remembered. */
const LOOKS = ['get-array-status', 'list-volumes']
const FIRST_NAME = 0

/** Answers that no request of a station can deserve: its names are new and its volumes are its own. */
const UNDESERVED: readonly ServiceErrorCode[] = ['bad-request', 'unknown-request', 'bad-parameter', 'already-exists', 'not-found', 'in-use', 'id-reused']

/**
 * Service requests are carried out once, whoever is asked and however often: every good answer to one id is the same, it
 * is the one that stands in the array state when it is given, and the name of the array, which stations change and look
 * at by both controllers, is linearizable.
 */
export class ServiceCheck {
  readonly #violations: Violations
  readonly #newestState: () => ArrayState | undefined
  readonly #answers = new Map<string, string>()
  readonly #name = new RegisterHistory(FIRST_NAME)
  readonly #valueOfName: Map<string, number>
  #moment = 0

  constructor(violations: Violations, parts: { readonly firstName: string; readonly newestState: () => ArrayState | undefined }) {
    this.#violations = violations
    this.#newestState = parts.newestState
    this.#valueOfName = new Map([[parts.firstName, FIRST_NAME]])
  }

  asked({ name, params }: StationRequest): void {
    if (name !== 'rename-array') return
    const value = this.#valueOfName.size
    this.#valueOfName.set(String(params['name']), value)
    this.#name.writeBegins(value, ++this.#moment)
  }

  /** The moment at which a request is sent. */
  lookBegins(): number {
    return ++this.#moment
  }

  answered(request: StationRequest, sentMoment: number, answer: ServiceAnswer): void {
    const { id, name, params } = request
    if ('error' in answer) {
      if (UNDESERVED.includes(answer.error.code)) this.#report(`request ${id} (${name}) was answered ${answer.error.code}: ${answer.error.message}`)
      return
    }
    if (name === 'get-array-status') this.#seen(id, (answer.result as { readonly name: string | null }).name, sentMoment)
    if (LOOKS.includes(name)) return
    const result = JSON.stringify(answer.result)
    const first = this.#answers.get(id)
    if (first !== undefined && first !== result) this.#report(`request ${id} (${name}) was answered ${first} first and ${result} later`)
    if (first !== undefined) return
    this.#answers.set(id, result)
    this.#mustStand(id, name, result)
    if (name === 'rename-array') this.#name.writeEnds(this.#valueOfName.get(String(params['name'])) ?? FIRST_NAME, ++this.#moment)
  }

  /** At the end: both controllers know what was answered. */
  finish(states: Readonly<Record<ControllerId, ArrayState | undefined>>): void {
    const { a, b } = states
    if (JSON.stringify(a) !== JSON.stringify(b)) this.#report(`controller A ends with generation ${a?.generation}, controller B with generation ${b?.generation}, or they differ in it`)
    for (const [id, result] of this.#answers) {
      const standing = a?.completedRequests.find((completed) => completed.id === id)
      if (JSON.stringify(standing?.result) !== result) this.#report(`request ${id} was answered ${result}, but the state that survives says ${JSON.stringify(standing?.result)}`)
    }
    const conflict = this.#name.conflict()
    if (conflict === undefined) return
    const names = [...this.#valueOfName.keys()]
    const [name, other] = [conflict.value, conflict.other ?? FIRST_NAME].map((value) => names[value])
    this.#report(conflict.how === 'inside' ? `"${name}" was seen as the array's name although it had been replaced by "${other}"` : `"${name}" and "${other}" were the array's name at the same time`)
  }

  #seen(id: string, name: string | null, sentMoment: number): void {
    if (name === null) return
    const value = this.#valueOfName.get(name)
    if (value === undefined || !this.#name.read(value, sentMoment, ++this.#moment)) this.#report(`request ${id} saw the name "${name}", which nobody gave`)
  }

  #mustStand(id: string, name: string, result: string): void {
    const standing = this.#newestState()?.completedRequests.find((completed) => completed.id === id)
    if (standing === undefined) this.#report(`request ${id} (${name}) was answered before it was committed`)
    else if (JSON.stringify(standing.result) !== result) this.#report(`request ${id} (${name}) was answered ${result} but committed ${JSON.stringify(standing.result)}`)
  }

  #report(sentence: string): void {
    this.#violations.add(SERVICE_CHECKER, sentence)
  }
}
