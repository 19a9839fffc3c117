import { failure, ok } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import type { Json } from '../../contract/json'
import type { ServiceRequest } from '../../contract/service-request'
import type { TraceId } from '../../contract/trace'
import type { ClockPort } from '../ports'
import type { Committer } from '../controller/committer'
import { commitOnce, earlierResult, type ChangingRequest } from './exactly-once'
import type { ChangeContext, Outcome, PreparedRequest } from './request'
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
  readonly #changes: ChangeContext
  readonly #committer: Committer
  readonly #clock: ClockPort
  readonly #answerBeforeDownMs: number

  constructor(parts: {
    readonly context: ServiceContext
    readonly changes: ChangeContext
    readonly committer: Committer
    readonly clock: ClockPort
    readonly answerBeforeDownMs: number
  }) {
    this.#context = parts.context
    this.#changes = parts.changes
    this.#committer = parts.committer
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
    if (prepared.how === 'change') commitOnce(this.#committer, asked, (standing) => prepared.change(standing, this.#changes), done)
    else this.#act(task, prepared, asked, done)
  }

  /** The action is known to have been carried out as soon as its result is committed, so that no other try repeats it. */
  #act(task: ServiceTask, prepared: Extract<PreparedRequest, { how: 'act' }>, asked: ChangingRequest, done: ServedDone): void {
    prepared.act(this.#context, { receivedBy: task.receivedBy, cause: task.cause }, (outcome) => {
      if (!outcome.ok) {
        done(outcome)
        return
      }
      const { result, afterAnswer } = outcome.value
      commitOnce(this.#committer, asked, (state) => ok({ state, result }), (committed) => {
        const isFirst = committed.ok && committed.value.result === result
        if (isFirst && afterAnswer !== undefined) done(committed, () => this.#clock.after(this.#answerBeforeDownMs, afterAnswer))
        else done(committed)
      })
    })
  }
}
