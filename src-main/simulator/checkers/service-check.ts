import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { ServiceAnswer, ServiceErrorCode } from '../../contract/service-request'
import type { Place } from '../../contract/trace'
import { mayHaveExpired } from '../../core/controller/state/expired-ids'
import { findRequest } from '../../core/management/requests'
import type { StationRequest } from '../hosts/station-requests'
import type { Violations } from './checker'

const SERVICE_CHECKER = 'service-requests'

/** Answers that no request of a station can deserve: its names are new and its volumes are its own. */
const UNDESERVED: readonly ServiceErrorCode[] = [
  'bad-request',
  'unknown-request',
  'bad-parameter',
  'already-exists',
  'not-found',
  'in-use',
  'id-reused',
]

/** Of a request with the id of another one that was carried out. Neither may say that it was done. */
const REFUSALS: readonly ServiceErrorCode[] = ['id-reused', 'id-expired']
/** Of controllers that cannot look it up now. */
const POSTPONED: readonly ServiceErrorCode[] = ['busy', 'unavailable', 'not-primary', 'no-space']

/** The states that were installed so far. */
export interface KnownStates {
  readonly newest: ArrayState | undefined
  generationOfName(name: string): number | undefined
  /** Whether the array or a volume ever had it. */
  hasSeen(name: string): boolean
}

/**
 * Each service request runs once, whichever controller gets it and however often. All good answers to one id are equal, and each
 * is in the array state when it is given. Once a new name of the array has been answered, neither controller shows an older name.
 * Before that, one of them may already show the new one.
 */
export class ServiceCheck {
  readonly #violations: Violations
  readonly #states: KnownStates
  readonly #answers = new Map<string, string>()
  /** Generations whose names were answered, in their order. */
  readonly #answeredGenerations: { readonly moment: number; readonly generation: number }[] = []
  /** Names that refused requests asked for. */
  readonly #forbidden = new Set<string>()
  #moment = 0
  /** Where the last answer came from. */
  #place: Place | undefined

  constructor(violations: Violations, states: KnownStates) {
    this.#violations = violations
    this.#states = states
  }

  /** The moment at which a request is sent. */
  lookBegins(): number {
    return ++this.#moment
  }

  answered(request: StationRequest, sentMoment: number, answer: ServiceAnswer): void {
    const { id, name, params } = request
    this.#place = `controller-${answer.receivedBy}`
    if ('error' in answer) {
      // An operation may be forgotten for newer ones.
      const isForgotten = name === 'get-operation' && answer.error.code === 'not-found'
      if (UNDESERVED.includes(answer.error.code) && !isForgotten)
        this.#report(`request ${id} (${name}) was answered ${answer.error.code}: ${answer.error.message}`)
      return
    }
    if (name === 'get-array-status') this.#seen(id, (answer.result as { readonly name: string | null }).name, sentMoment)
    // Results of requests that change nothing are not remembered.
    if (findRequest(name)?.kind === 'monitoring') return
    const result = JSON.stringify(answer.result)
    const first = this.#answers.get(id)
    if (first !== undefined && first !== result) this.#report(`request ${id} (${name}) was answered ${first} first and ${result} later`)
    if (first !== undefined) return
    this.#answers.set(id, result)
    this.#mustStand(id, name, result)
    if (name === 'rename-array') this.#nameAnswered(String(params['name']))
  }

  /** This name is asked for with the id of another request. */
  mustNotAppear(name: string): void {
    this.#forbidden.add(name)
  }

  /** A request was answered that has the id of another one, which was carried out before. */
  answeredAnew(id: string, answer: ServiceAnswer): void {
    this.#place = `controller-${answer.receivedBy}`
    const outcome = 'error' in answer ? answer.error.code : 'good'
    if (outcome === 'good' || ![...REFUSALS, ...POSTPONED].includes(outcome))
      this.#report(`another request with the id ${id}, which was carried out, was answered ${outcome}`)
  }

  /** At the end: both controllers know what was answered. */
  finish(states: Readonly<Record<ControllerId, ArrayState | undefined>>): void {
    const { a, b } = states
    this.#place = undefined
    for (const name of this.#forbidden)
      if (this.#states.hasSeen(name)) this.#report(`"${name}" was given, which was asked for with the id of another request`)
    if (JSON.stringify(a) !== JSON.stringify(b))
      this.#report(
        `controller A ends with generation ${a?.generation}, controller B with generation ${b?.generation}, or they differ in it`,
      )
    for (const [id, result] of this.#answers) {
      const standing = a?.completedRequests.find((completed) => completed.id === id)
      if (standing === undefined && a !== undefined && mayHaveExpired(a, id, undefined)) continue
      if (JSON.stringify(standing?.result) !== result)
        this.#report(`request ${id} was answered ${result}, but the state that survives says ${JSON.stringify(standing?.result)}`)
    }
  }

  #seen(id: string, name: string | null, sentMoment: number): void {
    if (name === null) return
    const generation = this.#states.generationOfName(name)
    const answered = this.#answeredGenerations.findLast(({ moment }) => moment < sentMoment)
    if (generation === undefined) this.#report(`request ${id} saw the name "${name}", which nobody gave`)
    else if (answered !== undefined && generation < answered.generation) {
      this.#report(
        `request ${id} saw the name "${name}" of generation ${generation} ` +
          `after generation ${answered.generation} with another was answered`,
      )
    }
  }

  #nameAnswered(name: string): void {
    const before = this.#answeredGenerations.at(-1)?.generation ?? 0
    const generation = Math.max(before, this.#states.generationOfName(name) ?? 0)
    this.#answeredGenerations.push({ moment: ++this.#moment, generation })
  }

  #mustStand(id: string, name: string, result: string): void {
    const { newest } = this.#states
    const standing = newest?.completedRequests.find((completed) => completed.id === id)
    const isDropped = standing === undefined && newest !== undefined && mayHaveExpired(newest, id, undefined)
    if (isDropped) return
    if (standing === undefined) this.#report(`request ${id} (${name}) was answered before it was committed`)
    else if (JSON.stringify(standing.result) !== result)
      this.#report(`request ${id} (${name}) was answered ${result} but committed ${JSON.stringify(standing.result)}`)
  }

  #report(sentence: string): void {
    this.#violations.add(SERVICE_CHECKER, sentence, this.#place)
  }
}
