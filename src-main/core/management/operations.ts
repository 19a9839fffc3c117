import { failure, ok } from '../../base/result'
import type { ArrayState, CompletedRequest, Operation } from '../../contract/array-state'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { ServiceError } from '../../contract/service-request'
import { ownershipOf, withCompleted } from '../controller/state/array-changes'
import { operationOf, withOperation, withOperationChanged } from '../controller/state/operation-changes'
import type { ArrayStore } from '../controller/state/array-store'
import type { Committer } from '../controller/state/committer'
import type { Standing } from '../controller/peer/standing'
import type { Restarts } from '../controller/pair/restarts'
import type { ClockPort } from '../ports'
import { earlierResult, idReused, type ChangingRequest } from './exactly-once'
import { REBUILD_DRIVE } from '../controller/state/rebuild-changes'
import { EndedOperations } from './ended-operations'
import { lost, undone, wentDown } from './operation-errors'
import type { OperationPlan, Outcome } from './request'

/** How long a controller that is restarting may stay away before the other one restarts it. */
const START_PATIENCE_MS = 1000
const REVIEW_AGAIN_MS = 100

/** - `go`: this controller carries it out. Otherwise: the result of an earlier try of the same request. */
export type Begun = 'go' | CompletedRequest

interface Waiting {
  readonly asked: ChangingRequest
  readonly plan: OperationPlan
  readonly done: (outcome: Outcome<Begun>) => void
}

export interface OperationsParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly clock: ClockPort
  readonly store: ArrayStore
  readonly committer: Committer
  readonly standing: Standing
  readonly restarts: Restarts
}

/**
 * Operations: requests that take longer than an answer should. Each enters the array state before its first effect, under the id
 * of its request. So either controller knows it, reports its progress, and never runs it twice. If the controller that carries it
 * out dies, the other one closes it: as done if the state says so, otherwise as failed.
 */
export class Operations {
  readonly #parts: OperationsParts
  /** Operations that this controller is carrying out. */
  readonly #here = new Set<string>()
  readonly #ended: EndedOperations
  readonly #closing = new Set<string>()
  /** Arrived here while the other controller carries out the same request. Bounded by the pending requests. */
  #waiting: Waiting[] = []
  /** Operations that were running when this incarnation first got the state. */
  #inherited: ReadonlySet<string> | undefined
  #isReviewComing = false
  #isStartComing = false

  constructor(parts: OperationsParts) {
    this.#parts = parts
    this.#ended = new EndedOperations(parts.self, parts.incarnation)
  }

  installed(state: ArrayState): void {
    this.#inherited ??= new Set(running(state).map(({ id }) => id))
  }

  begin(asked: ChangingRequest, plan: OperationPlan, done: (outcome: Outcome<Begun>) => void): void {
    const { request, digest, servedBy } = asked
    const { id } = request
    let begun: Begun | 'wait' = 'go'
    let hasTried = false
    this.#parts.committer.commit(
      (state) => {
        begun = 'go'
        const earlier = earlierResult(state, request, digest)
        if (earlier?.ok === false) return earlier
        const standing = operationOf(state, id)
        if (standing?.state === 'running' && standing.digest !== digest) return failure(idReused(id, standing.name))
        if (earlier !== undefined) begun = earlier.value
        else if (standing?.state === 'running' && this.#isCarriedOut(standing)) {
          // The service owner committed the first try just before it died.
          if (hasTried && standing.server === servedBy) return ok(state)
          begun = 'wait'
        }
        if (begun !== 'go') return ok(state)
        hasTried = true
        this.#here.add(id)
        this.#ended.forget(id)
        return ok(withOperation(state, this.#begun(asked, plan)))
      },
      asked.cause,
      (outcome) => {
        if (!outcome.ok || begun !== 'go') this.#here.delete(id)
        // A later state may contain it all the same.
        if (!outcome.ok && hasTried) this.#ended.add(id, outcome.error)
        if (!outcome.ok) {
          done(outcome)
        } else if (begun === 'wait') {
          this.#waiting.push({ asked, plan, done })
          this.review()
        } else {
          done(ok(begun))
        }
      },
    )
  }

  /** The answer is ready. The operation ends with it or continues after it. */
  answer(
    asked: ChangingRequest,
    answer: { readonly result: JsonObject; readonly goesOn: boolean },
    done: (outcome: Outcome<CompletedRequest>) => void,
  ): void {
    const { request, digest, servedBy } = asked
    const state = answer.goesOn ? 'running' : 'done'
    const result = { ...answer.result, operation: request.id, state }
    const completed: CompletedRequest = { id: request.id, name: request.name, digest, servedBy, result }
    this.#parts.committer.commit(
      (standing) => {
        if (earlierResult(standing, request, digest)?.ok === true) return ok(standing)
        const operation = operationOf(standing, request.id)
        // A takeover may have come after the last move. So the answer is given only if the committed state confirms it.
        if (!answer.goesOn && operation !== undefined && !allMoved(standing, operation)) return failure(undone(operation))
        return ok(withCompleted(withOperationChanged(standing, request.id, { state, result }), completed))
      },
      asked.cause,
      (outcome) => {
        if (outcome.ok) {
          this.#here.delete(request.id)
          done(ok(completed))
        } else {
          this.end(request.id, outcome.error, () => done(outcome))
        }
      },
    )
  }

  /** Ends an operation: as done if `error` is undefined, otherwise as failed. */
  end(id: string, error: ServiceError | undefined, done: () => void = () => undefined): void {
    this.#here.delete(id)
    this.#ended.add(id, error)
    this.#close(id, error, done)
  }

  /** The peer serves its own addresses again, which completes a restart that was asked for. */
  peerJoined(): void {
    const { state } = this.#parts.store
    if (state === undefined) return
    for (const { id, name, controller } of running(state)) {
      if (name === 'restart-controller' && controller === peerOf(this.#parts.self)) this.#close(id, undefined)
    }
  }

  /** The volumes that the peer was to get when it joined stay here. The operation fails, so that the operator can ask again. */
  peerLost(): void {
    const { state } = this.#parts.store
    const peer = peerOf(this.#parts.self)
    for (const { id, name, to } of state === undefined ? [] : running(state)) {
      if (name === 'give-back' && to === peer && !this.#here.has(id)) this.#close(id, wentDown(peer))
    }
  }

  isRunning(id: string): boolean {
    const { state } = this.#parts.store
    return state !== undefined && operationOf(state, id)?.state === 'running'
  }

  /** Something changed that may end an operation. Reviewed in a separate event. */
  review(): void {
    const { state } = this.#parts.store
    if (this.#isReviewComing || state === undefined || (running(state).length === 0 && this.#waiting.length === 0)) return
    this.#isReviewComing = true
    this.#parts.clock.after(0, () => {
      this.#isReviewComing = false
      this.#reviewNow()
    })
  }

  #reviewNow(): void {
    const { state } = this.#parts.store
    if (state === undefined || !this.#parts.standing.isServing) return
    this.#reviewWaiting(state)
    this.#startLater(state)
    for (const operation of running(state)) {
      if (this.#here.has(operation.id) || this.#closing.has(operation.id)) continue
      const verdict = this.#verdict(state, operation)
      if (verdict === 'done') this.#close(operation.id, undefined)
      else if (verdict === 'lost') this.#close(operation.id, this.#ended.errorOf(operation) ?? lost(operation))
    }
  }

  /** Starts a peer that was to restart itself but died before it asked for the restart. */
  #startLater(state: ArrayState): void {
    if (this.#isStartComing || this.#peerToStart(state) === undefined) return
    this.#isStartComing = true
    this.#parts.clock.after(START_PATIENCE_MS, () => {
      this.#isStartComing = false
      const operation = this.#parts.store.state === undefined ? undefined : this.#peerToStart(this.#parts.store.state)
      if (operation !== undefined) this.#parts.restarts.startPeer(`it went down before it carried out operation ${operation.id}`)
    })
  }

  #peerToStart(state: ArrayState): Operation | undefined {
    const { isServing, peerIsPresent } = this.#parts.standing
    if (!isServing || peerIsPresent) return undefined
    return running(state).find(({ name, controller }) => name === 'restart-controller' && controller === peerOf(this.#parts.self))
  }

  /** Operations that the other controller ended give their results. Operations that it left behind start here. */
  #reviewWaiting(state: ArrayState): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const entry of waiting) {
      const { request, digest } = entry.asked
      const operation = operationOf(state, request.id)
      const isEarlier = earlierResult(state, request, digest) !== undefined
      if (!isEarlier && operation?.state === 'running' && this.#isCarriedOut(operation)) this.#waiting.push(entry)
      else if (!isEarlier && operation?.state === 'failed' && operation.error !== undefined) entry.done(failure(operation.error))
      else this.begin(entry.asked, entry.plan, entry.done)
    }
  }

  #begun({ request, digest, servedBy }: ChangingRequest, { controller, to, volumes, critical }: OperationPlan): Operation {
    const { id, name } = request
    const about = { controller, to, volumes: [...volumes], ...(critical === true ? { critical } : {}) }
    return { id, name, digest, state: 'running', server: servedBy, incarnation: this.#parts.incarnation, ...about }
  }

  #verdict(state: ArrayState, operation: Operation): 'goes-on' | 'done' | 'lost' {
    const { name, controller, to } = operation
    // The commit that records its last stripe also ends it, whichever controller makes that commit.
    if (name === REBUILD_DRIVE) return 'goes-on'
    if (this.#ended.has(operation)) return this.#ended.errorOf(operation) === undefined && allMoved(state, operation) ? 'done' : 'lost'
    // A controller that has started since the operation began knows that it is done, even if its server has restarted and forgotten it.
    if (name === 'restart-controller' && controller !== this.#parts.self) return 'goes-on'
    if (name === 'restart-controller' && this.#inherited?.has(operation.id) === true) return 'done'
    const isCarriedOut = this.#isCarriedOut(operation)
    if (isCarriedOut && operation.server !== this.#parts.self) return 'goes-on'
    const onlyMoves = name !== 'restart-controller' && name !== 'take-over'
    const goalIsThere = to === this.#parts.self || this.#parts.standing.peerIsMember
    if (onlyMoves && goalIsThere && allMoved(state, operation)) return 'done'
    return isCarriedOut ? 'goes-on' : 'lost'
  }

  /** Its server is still running in the incarnation that began it, and has not ended it. */
  #isCarriedOut(operation: Operation): boolean {
    if (operation.server !== this.#parts.self) return this.#parts.standing.peerIsMember
    return operation.incarnation === this.#parts.incarnation && !this.#ended.has(operation)
  }

  #close(id: string, error: ServiceError | undefined, done: () => void = () => undefined): void {
    this.#closing.add(id)
    this.#parts.committer.commit(
      (state) => {
        const operation = operationOf(state, id)
        if (operation?.state !== 'running') return ok(state)
        if (error !== undefined) return ok(withOperationChanged(state, id, { state: 'failed', error }))
        // It is done only if the committed state confirms it. Otherwise review it again, because a takeover may have intervened.
        return ok(allMoved(state, operation) ? withOperationChanged(state, id, { state: 'done' }) : state)
      },
      undefined,
      () => {
        this.#closing.delete(id)
        if (!this.isRunning(id)) this.#ended.forget(id)
        // It was true before the commit but is no longer true in the committed state, because a volume has moved meanwhile.
        if (this.isRunning(id)) this.#parts.clock.after(REVIEW_AGAIN_MS, () => this.review())
        done()
      },
    )
  }
}

/** How many volumes of an operation are where it wants them, or no longer exist. */
export function movedCount(state: ArrayState, { volumes, to }: Operation): number {
  return volumes.filter((volumeId) => (ownershipOf(state, volumeId)?.owner ?? to) === to).length
}

function allMoved(state: ArrayState, operation: Operation): boolean {
  return movedCount(state, operation) === operation.volumes.length
}

function running(state: ArrayState): readonly Operation[] {
  return state.operations?.filter((operation) => operation.state === 'running') ?? []
}
