import { present } from '../../base/assert'
import { ok } from '../../base/result'
import type { CompletedRequest } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { Json } from '../../contract/json'
import type { ServiceRequest } from '../../contract/service-request'
import type { TraceId } from '../../contract/trace'
import type { Prng } from '../../base/prng'
import type { MidplanePort } from '../ports'
import type { ControllerTimings } from '../controller/peer/timings'
import type { Committer } from '../controller/state/committer'
import { commitOnce, earlierResult, type ChangingRequest } from './exactly-once'
import type { Operations } from './operations'
import { newSerial } from './new-serial'
import type { Action, ChangeParts, Outcome, PreparedRequest } from './request'
import type { RequestParts } from './request-parts'
import { needState } from './views'

export interface ServiceTask {
  readonly request: ServiceRequest
  readonly digest: string
  readonly prepared: PreparedRequest
  readonly receivedBy: ControllerId
  readonly cause: TraceId | undefined
}

type Served = Outcome<{ readonly result: Json; readonly servedBy: ControllerId }>
type ServedDone = (outcome: Served, afterAnswer?: () => void) => void

export interface ServerParts extends RequestParts {
  readonly random: Prng
  readonly midplane: MidplanePort
  readonly committer: Committer
  readonly operations: Operations
  readonly timings: Pick<ControllerTimings, 'answerBeforeDownMs'>
}

/** Carries out the requests that this controller serves. */
export class Server {
  readonly #parts: ServerParts

  constructor(parts: ServerParts) {
    this.#parts = parts
  }

  serve(task: ServiceTask, done: ServedDone): void {
    const { prepared, request, digest, cause } = task
    const { self } = this.#parts
    if (prepared.how === 'look') {
      const outcome = prepared.look(this.#parts)
      done(outcome.ok ? ok({ result: outcome.value, servedBy: self }) : outcome)
      return
    }
    const state = needState(this.#parts)
    if (!state.ok) {
      done(state)
      return
    }
    const asked = { request, digest, servedBy: self, cause }
    const earlier = this.#answered(asked)
    if (earlier !== undefined) {
      done(earlier)
      return
    }
    if (prepared.how === 'change') this.#change(task, prepared, asked, done)
    else this.#act(task, prepared, asked, done)
  }

  #change(task: ServiceTask, prepared: Extract<PreparedRequest, { how: 'change' }>, asked: ChangingRequest, done: ServedDone): void {
    const parts = this.#changeParts(task.request.id)
    const commit = (then: ServedDone): void =>
      commitOnce(this.#parts.committer, asked, (standing) => prepared.change(standing, parts), then)
    if (prepared.before === undefined) return commit(done)
    const state = present(this.#parts.store.state, 'array state')
    const wouldBe = prepared.change(state, parts)
    if (!wouldBe.ok) return done(wouldBe)
    const origin = { receivedBy: task.receivedBy, cause: task.cause }
    prepared.before({ state, parts: this.#parts, origin }, (ready) => {
      if (!ready.ok) return done(this.#answered(asked) ?? ready)
      commit((outcome) => {
        ready.value()
        done(outcome)
      })
    })
  }

  /** The other controller may have carried it out, also since this one began. */
  #answered({ request, digest }: ChangingRequest): Outcome<CompletedRequest> | undefined {
    const { state } = this.#parts.store
    return state === undefined ? undefined : earlierResult(state, request, digest)
  }

  #changeParts(requestId: string): ChangeParts {
    const { self, standing, midplane, random } = this.#parts
    return {
      self,
      requestId,
      isPresent: (controller) => controller === self || standing.peerIsPresent,
      newSerial: () => newSerial(random),
      claimEpoch: (slot) => midplane.claimEpoch(slot),
    }
  }

  /** Commits the operation before it starts and its result as soon as there is one, so that no other try repeats it. */
  #act(task: ServiceTask, prepared: Extract<PreparedRequest, { how: 'act' }>, asked: ChangingRequest, done: ServedDone): void {
    const origin = { receivedBy: task.receivedBy, cause: task.cause }
    const plan = prepared.plan(this.#parts, origin)
    if (!plan.ok) {
      done(plan)
      return
    }
    this.#parts.operations.begin(asked, plan.value, (begun) => {
      if (!begun.ok) done(begun)
      else if (begun.value !== 'go') done(ok(begun.value))
      else prepared.act({ parts: this.#parts, origin, plan: plan.value }, (outcome) => this.#acted(asked, outcome, done))
    })
  }

  /** Continues an operation, unless it has reached its goal meanwhile or can no longer reach it. */
  #goOn(id: string, goesOn: NonNullable<Action['goesOn']>): void {
    if (this.#parts.operations.isRunning(id)) goesOn((end) => this.#parts.operations.end(id, end.ok ? undefined : end.error))
  }

  #acted(asked: ChangingRequest, outcome: Outcome<Action>, done: ServedDone): void {
    const { id } = asked.request
    if (!outcome.ok) {
      this.#parts.operations.end(id, outcome.error, () => done(outcome))
      return
    }
    const { result, goesOn } = outcome.value
    this.#parts.operations.answer(asked, { result, goesOn: goesOn !== undefined }, (committed) => {
      if (!committed.ok || goesOn === undefined) done(committed)
      else done(committed, () => this.#parts.clock.after(this.#parts.timings.answerBeforeDownMs, () => this.#goOn(id, goesOn)))
    })
  }
}
