import { failure, ok, type Result } from '../../base/result'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { PeerWords, TransferOutcome } from '../../contract/interconnect'
import type { Json } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import type { ServiceAnswer, ServiceError, ServiceRequest } from '../../contract/service-request'
import type { Place, TraceId } from '../../contract/trace'
import type { ClockPort, Timer, TracePort } from '../ports'
import { PeerCalls } from '../controller/peer/peer-calls'
import type { PeerSession } from '../controller/peer/peer-session'
import type { ControllerTimings } from '../controller/peer/timings'
import type { Standing } from '../controller/peer/standing'
import type { ArrayStore } from '../controller/state/array-store'
import { requestDigest } from './digest'
import { decodeEnvelope, prepareRequest } from './envelope'
import { idReused } from './exactly-once'
import type { Origin, Outcome, PreparedRequest } from './request'
import { chooseWay, type Way } from './schemes'
import type { ServiceCounters } from './request-parts'
import type { Server } from './server'
import type { ServiceTransfer } from './service-transfer'

type ServiceForward = Extract<PeerWords, { type: 'service-forward' }>
type ServiceReturn = Extract<PeerWords, { type: 'service-return' }>

/** The outcome of a request, and the path it took beyond the controller that received it. */
interface Answered {
  readonly outcome: Outcome<{ readonly result: Json; readonly servedBy: ControllerId }>
  readonly onward: readonly string[]
  readonly cause: TraceId | undefined
}

/** Somebody who waits for an answer: a management address, or the peer that forwarded the request. */
type Waiting = (answered: Answered) => void

interface UnderWay {
  readonly request: ServiceRequest
  readonly digest: string
  readonly prepared: PreparedRequest
  /** The controller that received it, by its own or an adopted management address. */
  readonly receivedBy: ControllerId
  readonly waiting: Waiting[]
  readonly startedAtMs: number
  /** It waits until this controller is the service owner. */
  waitsForOwnership: boolean
  /** Service ownership was refused, so the owner serves the request this time. */
  isToBeForwarded: boolean
  cause: TraceId | undefined
}

const BUSY: ServiceError = { code: 'busy', message: 'Too many service requests are in progress. Send the request again in a moment.' }
const UNSETTLED: ServiceError = {
  code: 'unavailable',
  message: 'No controller could serve the request in time. Send it again with the same id: it runs at most once.',
}

/** The delay between a transfer that came to nothing and the next review. */
const REVIEW_AGAIN_MS = 2

export interface DispatchParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly session: PeerSession
  readonly server: Server
  readonly transfer: ServiceTransfer
  readonly store: ArrayStore
  readonly standing: Standing
  /** Where each controller's service requests are sent, for people. */
  readonly managementAddresses: Readonly<Record<ControllerId, string>>
  readonly timings: Pick<ControllerTimings, 'holdMs'>
  readonly serviceCounters: ServiceCounters
}

/**
 * Takes service requests and returns their answers on the path they came by. Depending on the dispatch scheme, this controller
 * serves a request itself, forwards it to the service owner, becomes the service owner first, or refuses it as the secondary. If
 * the owner dies, it serves the request after all.
 */
export class Dispatch {
  readonly #parts: DispatchParts
  readonly #calls: PeerCalls<ServiceReturn>
  readonly #underWay = new Map<string, UnderWay>()
  #unsettled: UnderWay[] = []
  #timer: Timer | undefined

  constructor(parts: DispatchParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: LIMITS.serviceRequestsUnderWay, incarnation: parts.incarnation })
  }

  /** `via`: the controller whose management address it came by, which after a takeover may be the peer. */
  submit(input: unknown, via: ControllerId, respond: (answer: ServiceAnswer) => void): void {
    this.#parts.serviceCounters.received++
    const decoded = decodeEnvelope(input, this.#parts.self)
    if (!decoded.ok) {
      respond(decoded.error)
      return
    }
    const request = decoded.value
    const { id, name } = request
    const management: Place = `management-${via}`
    const cause = this.#record(request, { kind: 'service.received', place: management, to: this.#place, data: { name } })
    this.#begin(request, { receivedBy: this.#parts.self, cause }, ({ outcome, onward, cause: answeredBecause }) => {
      const code = outcome.ok ? 'good' : outcome.error.code
      this.#record(request, { kind: 'service.answered', place: management, to: 'host', cause: answeredBecause, data: { code } })
      const receivedBy = this.#parts.self
      if (!outcome.ok) {
        respond({ id, receivedBy, error: outcome.error })
        return
      }
      const { servedBy, result } = outcome.value
      respond({ id, receivedBy, servedBy, route: [management, this.#place, ...onward], result })
    })
  }

  /** The peer received it and asks this controller to serve it. */
  forwarded(words: ServiceForward): void {
    const { callId, request } = words
    const receivedBy = peerOf(this.#parts.self)
    this.#begin(request, { receivedBy, cause: words.cause }, ({ outcome, cause: servedBecause }) => {
      if (!this.#parts.session.isEstablished) return
      const hop = { place: this.#place, to: `controller-${receivedBy}` } as const
      const cause = this.#record(request, { kind: 'service.returned', ...hop, cause: servedBecause })
      const answer: ServiceAnswer = outcome.ok
        ? { id: request.id, receivedBy, servedBy: outcome.value.servedBy, route: [...words.route], result: outcome.value.result }
        : { id: request.id, receivedBy, error: outcome.error }
      this.#parts.session.send({ type: 'service-return', callId, answer, cause })
    })
  }

  returned(words: ServiceReturn): void {
    this.#calls.answer(words.callId, words)
  }

  peerLost(): void {
    this.#calls.lose()
  }

  /** Ownership is settled, or there is another way to serve. Waiting requests try again. */
  review(): void {
    if (this.#unsettled.length === 0) return
    const waiting = this.#unsettled.filter(({ waitsForOwnership }) => !waitsForOwnership)
    this.#unsettled = this.#unsettled.filter(({ waitsForOwnership }) => waitsForOwnership)
    for (const entry of waiting) this.#route(entry)
  }

  /** Ownership has arrived or was refused. Requests that waited for it continue. */
  transferEnded(outcome: TransferOutcome, cause: TraceId | undefined): void {
    for (const entry of this.#unsettled) {
      if (!entry.waitsForOwnership) continue
      entry.waitsForOwnership = false
      entry.isToBeForwarded = outcome === 'refused'
      if (outcome === 'given') entry.cause = cause
    }
    if (outcome === 'moot') this.#parts.clock.after(REVIEW_AGAIN_MS, () => this.review())
    else this.review()
  }

  #begin(request: ServiceRequest, origin: Origin, waiting: Waiting): void {
    const digest = requestDigest(request.name, request.params)
    const standing = this.#underWay.get(request.id)
    if (standing !== undefined) {
      const isSame = standing.digest === digest
      if (isSame && standing.waiting.length < LIMITS.serviceRequestsUnderWay) standing.waiting.push(waiting)
      else waiting({ outcome: failure(isSame ? BUSY : idReused(request.id, standing.request.name)), onward: [], cause: origin.cause })
      return
    }
    const prepared = prepareRequest(request)
    if (!prepared.ok || this.#underWay.size >= LIMITS.serviceRequestsUnderWay) {
      waiting({ outcome: prepared.ok ? failure(BUSY) : prepared, onward: [], cause: origin.cause })
      return
    }
    const entry: UnderWay = {
      request,
      digest,
      prepared: prepared.value.prepared,
      ...origin,
      waiting: [waiting],
      startedAtMs: this.#parts.clock.nowMs(),
      waitsForOwnership: false,
      isToBeForwarded: false,
    }
    this.#underWay.set(request.id, entry)
    this.#route(entry)
  }

  #route(entry: UnderWay): void {
    const {
      self,
      store: { state },
      standing,
    } = this.#parts
    const isForwarded = entry.receivedBy !== self
    const way = chooseWay(entry.prepared, { scheme: state?.dispatchScheme, serviceOwner: state?.serviceOwner, self, isForwarded })
    const isLook = entry.prepared.how === 'look'
    if (standing.mayForward && this.#goesToPeer(entry, way)) return
    if (this.#isHere(way) && (isLook || standing.isServing)) this.#serve(entry)
    else if (standing.isServing && !standing.mayForward) this.#serve(entry)
    else this.#wait(entry)
  }

  #isHere(way: Way): boolean {
    return way === 'self' || (way === 'own' && this.#parts.store.state?.serviceOwner === this.#parts.self)
  }

  /** Handles the ways that involve both controllers. False if `way` is none of them, or too many calls to the peer are open. */
  #goesToPeer(entry: UnderWay, way: Way): boolean {
    if (way === 'refuse') this.#refuse(entry)
    else if (way === 'peer' || (way === 'own' && entry.isToBeForwarded && !this.#isHere(way))) {
      if (this.#calls.isFull) return false
      this.#forward(entry)
    } else if (way === 'own' && (this.#parts.transfer.isUnderWay || !this.#isHere(way))) this.#waitForOwnership(entry)
    else return false
    return true
  }

  #refuse(entry: UnderWay): void {
    const primary = peerOf(this.#parts.self)
    const address = this.#parts.managementAddresses[primary]
    const message =
      `Controller ${this.#parts.self.toUpperCase()} is the secondary, which takes no service requests under the primary-only scheme. ` +
      `Send the request to the primary, controller ${primary.toUpperCase()}, at ${address}.`
    this.#finish(entry, { outcome: failure({ code: 'not-primary', message }), onward: [], cause: entry.cause })
  }

  #waitForOwnership(entry: UnderWay): void {
    entry.waitsForOwnership = true
    this.#wait(entry)
    this.#parts.transfer.ask({ request: traceName(entry.request), cause: entry.cause })
  }

  #forward(entry: UnderWay): void {
    const peer: Place = `controller-${peerOf(this.#parts.self)}`
    const { request } = entry
    entry.cause = this.#record(request, { kind: 'service.forwarded', place: this.#place, to: peer, cause: entry.cause })
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') this.#wait(entry)
      else this.#finish(entry, { outcome: outcomeOf(answer.answer), onward: ['interconnect', peer], cause: answer.cause })
    })
    this.#parts.session.send({ type: 'service-forward', callId, request, route: [this.#place, 'interconnect', peer], cause: entry.cause })
  }

  #serve(entry: UnderWay): void {
    const { request, digest, prepared, receivedBy, cause } = entry
    this.#parts.serviceCounters.served++
    this.#parts.transfer.servingBegan()
    this.#parts.server.serve({ request, digest, prepared, receivedBy, cause }, (outcome, afterAnswer) => {
      const data = { name: request.name, outcome: outcome.ok ? 'good' : outcome.error.code }
      const served = this.#record(request, { kind: 'service.served', place: this.#place, cause, data })
      this.#finish(entry, { outcome, onward: [], cause: served })
      afterAnswer?.()
      this.#parts.transfer.servingEnded()
    })
  }

  #finish(entry: UnderWay, answered: Answered): void {
    this.#underWay.delete(entry.request.id)
    for (const waiting of entry.waiting) waiting(answered)
  }

  #wait(entry: UnderWay): void {
    this.#unsettled.push(entry)
    this.#timer ??= this.#parts.clock.after(this.#parts.timings.holdMs, () => this.#giveUp())
  }

  #giveUp(): void {
    this.#timer = undefined
    const {
      clock,
      timings: { holdMs },
    } = this.#parts
    const nowMs = clock.nowMs()
    const isOverdue = (entry: UnderWay): boolean => entry.startedAtMs + holdMs <= nowMs
    const overdue = this.#unsettled.filter(isOverdue)
    this.#unsettled = this.#unsettled.filter((entry) => !isOverdue(entry))
    for (const entry of overdue) this.#finish(entry, { outcome: failure(UNSETTLED), onward: [], cause: entry.cause })
    const oldest = this.#unsettled[0]
    if (oldest !== undefined) this.#timer ??= clock.after(oldest.startedAtMs + holdMs - nowMs, () => this.#giveUp())
  }

  get #place(): `controller-${ControllerId}` {
    return `controller-${this.#parts.self}`
  }

  #record(request: ServiceRequest, event: Omit<Parameters<TracePort['record']>[0], 'request'>): TraceId {
    return this.#parts.trace.record({ ...event, request: traceName(request) })
  }
}

function traceName({ id }: ServiceRequest): string {
  return `sr-${id}`
}

function outcomeOf(answer: ServiceAnswer): Result<{ readonly result: Json; readonly servedBy: ControllerId }, ServiceError> {
  return 'error' in answer ? failure(answer.error) : ok({ result: answer.result, servedBy: answer.servedBy })
}
