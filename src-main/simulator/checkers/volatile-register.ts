import { RegisterHistory, type Conflict, type Register } from './register-history'
import { UnstableWrites } from './unstable-writes'

/** Any of the values that may be there when the power comes back. */
export const AS_FOUND = -1

/**
 * A register on drives that may lose what nobody flushed. After a loss of power it begins anew with any of the values that may be
 * there. Until it is written again, a read may return one and the next read another: copies may differ where nobody flushed
 * (docs/data-safety.md, What remains).
 */
export class VolatileRegister implements Register {
  readonly #unstable: UnstableWrites
  readonly #begunAt = new Map<number, number>()
  #history: RegisterHistory
  #lostAt = -1
  #candidates: ReadonlySet<number> = new Set()

  constructor(firstValue: number) {
    this.#history = new RegisterHistory(firstValue)
    this.#unstable = new UnstableWrites(firstValue)
  }

  writeBegins(value: number, moment: number): void {
    this.#begunAt.set(value, moment)
    this.#unstable.writeBegins(value, moment)
    this.#history.writeBegins(value, moment)
  }

  writeEnds(value: number, moment: number): void {
    // It was acknowledged before the loss, and its answer was still on its way.
    if (!this.#isSince(value)) return this.writeIsSuperseded(value, moment)
    this.#unstable.writeEnds(value, moment, true)
    this.#history.writeEnds(value, moment)
  }

  writeIsSuperseded(value: number, moment: number): void {
    this.#unstable.writeEnds(value, moment, false)
    this.#history.writeIsSuperseded(value, moment)
  }

  writeIsRefused(value: number): boolean {
    this.#unstable.writeIsRefused(value)
    return this.#history.writeIsRefused(value)
  }

  read(value: number, startMoment: number, endMoment: number): boolean {
    if (startMoment <= this.#lostAt) return true
    if (this.#history.read(value, startMoment, endMoment)) return true
    return this.#candidates.has(value) && this.#history.read(AS_FOUND, startMoment, endMoment)
  }

  conflictOf(value: number): Conflict | undefined {
    return this.#history.conflictOf(value) ?? (this.#candidates.has(value) ? this.#history.conflictOf(AS_FOUND) : undefined)
  }

  /** A flush that began then has ended well. */
  flushed(startMoment: number): void {
    if (startMoment > this.#lostAt) this.#unstable.flushed(startMoment)
  }

  /** This write has ended well, and had to reach stable storage. */
  forced(value: number): void {
    if (this.#isSince(value)) this.#unstable.forced(value)
  }

  /** Drives have lost what they held in their caches, or part of it. */
  powerLost(moment: number): void {
    const { candidates, underWay } = this.#unstable
    this.#unstable.powerLost(moment)
    this.#lostAt = moment
    if (candidates.size === 1) return
    this.#candidates = candidates
    this.#history = new RegisterHistory(AS_FOUND)
    for (const value of underWay) this.#history.writeBegins(value, moment)
  }

  #isSince(value: number): boolean {
    return (this.#begunAt.get(value) ?? 0) > this.#lostAt
  }
}
