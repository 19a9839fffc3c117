import { failure, ok } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import type { Json } from '../../contract/json'
import type { ServiceRequest } from '../../contract/service-request'
import type { TraceId } from '../../contract/trace'
import type { ClockPort } from '../ports'
import type { Committer } from '../controller/state/committer'
import { commitOnce, earlierResult, type ChangingRequest } from './exactly-once'
import type { Operations } from './operations'
import type { Action, ChangeContext, Outcome, PreparedRequest } from './request'
import type { ServiceContext } from './service-context'
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

/** Carries out the requests that this controller serves. */
export class Server {
  readonly #context: ServiceContext
  readonly #changes: Omit<ChangeContext, 'requestId'>
  readonly #committer: Committer
  readonly #operations: Operations
  readonly #clock: ClockPort
  readonly #answerBeforeDownMs: number

  constructor(parts: {
    readonly context: ServiceContext
    readonly changes: Omit<ChangeContext, 'requestId'>
    readonly committer: Committer
    readonly operations: Operations
    readonly clock: ClockPort
    readonly answerBeforeDownMs: number
  }) {
    this.#context = parts.context
    this.#changes = parts.changes
    this.#committer = parts.committer
    this.#operations = parts.operations
    this.#clock = parts.clock
    this.#answerBeforeDownMs = parts.answerBeforeDownMs
  }

  serve(task: ServiceTask, done: ServedDone): void {
    const { prepared, request, digest, cause } = task
    const { self } = this.#context
    if (prepared.how === 'look') {
      const outcome = prepared.look(this.#context)
      done(outcome.ok ? ok({ result: outcome.value, servedBy: self }) : outcome)
      return
    }
    const state = needState(this.#context)
    if (!state.ok) {
      done(state)
      return
    }
    const earlier = earlierResult(state.value, request, digest)
    if (earlier !== undefined) {
      done(earlier.ok ? ok(earlier.value) : failure(earlier.error))
      return
    }
    const asked = { request, digest, servedBy: self, cause }
    if (prepared.how === 'change') commitOnce(this.#committer, asked, (standing) => prepared.change(standing, { ...this.#changes, requestId: request.id }), done)
    else this.#act(task, prepared, asked, done)
  }

  /** In the state before it begins, and its result as soon as it is there, so that no other try repeats it. */
  #act(task: ServiceTask, prepared: Extract<PreparedRequest, { how: 'act' }>, asked: ChangingRequest, done: ServedDone): void {
    const origin = { receivedBy: task.receivedBy, cause: task.cause }
    const plan = prepared.plan(this.#context, origin)
    if (!plan.ok) {
      done(plan)
      return
    }
    this.#operations.begin(asked, plan.value, (begun) => {
      if (!begun.ok) done(begun)
      else if (begun.value !== 'go') done(ok(begun.value))
      else prepared.act({ context: this.#context, origin, plan: plan.value }, (outcome) => this.#acted(asked, outcome, done))
    })
  }

  /** Unless what it was to bring about has come by itself meanwhile, or cannot come any more. */
  #goOn(id: string, goesOn: NonNullable<Action['goesOn']>): void {
    if (this.#operations.isRunning(id)) goesOn((end) => this.#operations.end(id, end.ok ? undefined : end.error))
  }

  #acted(asked: ChangingRequest, outcome: Outcome<Action>, done: ServedDone): void {
    const { id } = asked.request
    if (!outcome.ok) {
      this.#operations.end(id, outcome.error, () => done(outcome))
      return
    }
    const { result, goesOn } = outcome.value
    this.#operations.answer(asked, { result, goesOn: goesOn !== undefined }, (committed) => {
      if (!committed.ok || goesOn === undefined) done(committed)
      else done(committed, () => this.#clock.after(this.#answerBeforeDownMs, () => this.#goOn(id, goesOn)))
    })
  }
}
