import { assert } from '../../../base/assert'

/** What the commands of all sessions of one controller may hold in memory. Bytes. */
export interface MemoryBounds {
  readonly controllerBytes: number
  readonly sessionBytes: number
  /** What every session may hold for commands that have not begun, whatever the others hold. */
  readonly assuredBytes: number
}

export class MemoryBudget {
  readonly bounds: MemoryBounds
  usedBytes = 0

  constructor(bounds: MemoryBounds) {
    this.bounds = bounds
  }

  get freeBytes(): number {
    return this.bounds.controllerBytes - this.usedBytes
  }
}

/**
 * One session's part of the budget. No session takes more than what it leaves free, so there is always room for one more. A
 * session without a command under way may begin one in any case: so none waits for room that only others could make.
 */
export class MemoryShare {
  readonly #budget: MemoryBudget
  #begunBytes = 0
  #heldBytes = 0

  constructor(budget: MemoryBudget) {
    this.#budget = budget
  }

  /** Whether a command may begin that needs so much. */
  mayBegin(bytes: number): boolean {
    return this.#begunBytes === 0 || this.#begunBytes + bytes <= this.#bound
  }

  begin(bytes: number): void {
    this.#begunBytes += bytes
    this.#budget.usedBytes += bytes
  }

  end(bytes: number): void {
    this.#begunBytes -= bytes
    this.#budget.usedBytes -= bytes
    assert(this.#begunBytes >= 0 && this.#budget.usedBytes >= 0, 'more memory was given back than was taken')
  }

  /** Keeps data that came before its command could begin. False if there is no room for it. */
  hold(bytes: number): boolean {
    const held = this.#heldBytes + bytes
    if (bytes > 0 && held > this.#budget.bounds.assuredBytes && held > this.#bound) return false
    this.#heldBytes = held
    this.#budget.usedBytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes
    this.#budget.usedBytes -= bytes
    assert(this.#heldBytes >= 0 && this.#budget.usedBytes >= 0, 'more memory was released than was held')
  }

  get #bound(): number {
    return Math.min(this.#budget.bounds.sessionBytes, this.#budget.freeBytes)
  }
}
