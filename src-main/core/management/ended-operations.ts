import type { Operation } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { ServiceError } from '../../contract/service-request'

/** Far more than requests are under way at once. */
const MAX_ENDED = LIMITS.endedOperations

/**
 * Operations that one controller has ended, each with its error, while the array state may show them as running: the commit that
 * ends one can fail. One whose first commit failed is here, too, since a later state may contain it all the same. Without this,
 * such an operation would count as under way for as long as its controller runs.
 */
export class EndedOperations {
  readonly #self: ControllerId
  readonly #incarnation: number
  readonly #errors = new Map<string, ServiceError | undefined>()

  constructor(self: ControllerId, incarnation: number) {
    this.#self = self
    this.#incarnation = incarnation
  }

  /** Also where the peer runs another one under the same id: that one is not meant. */
  has({ id, server, incarnation }: Operation): boolean {
    return server === this.#self && incarnation === this.#incarnation && this.#errors.has(id)
  }

  /** Undefined if it ended well. */
  errorOf({ id }: Operation): ServiceError | undefined {
    return this.#errors.get(id)
  }

  /** Forgets the oldest if there are too many. */
  add(id: string, error: ServiceError | undefined): void {
    this.#errors.delete(id)
    this.#errors.set(id, error)
    for (const oldest of this.#errors.keys()) {
      if (this.#errors.size <= MAX_ENDED) break
      this.#errors.delete(oldest)
    }
  }

  /** It runs again, or the array state no longer shows it as running. */
  forget(id: string): void {
    this.#errors.delete(id)
  }
}
