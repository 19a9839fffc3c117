import { assert } from '../../../base/assert'

/** What the commands of all sessions of one controller may hold in memory. Bytes. */
export interface MemoryBounds {
  readonly controllerBytes: number
  readonly sessionBytes: number
  /** What every session may hold for commands that have not begun, whatever the others hold. */
  readonly assuredBytes: number
}

/** What is on its way to one initiator, which may take its time. */
export interface SendQueue {
  readonly queuedBytes: number
}

export class MemoryBudget {
  readonly bounds: MemoryBounds
  usedBytes = 0
  /** What waits to be sent to the initiators, or did when it was counted last: since then it can only have become less. */
  queuedBytes = 0
  readonly shares = new Set<MemoryShare>()

  constructor(bounds: MemoryBounds) {
    this.bounds = bounds
  }

  get freeBytes(): number {
    return this.bounds.controllerBytes - this.usedBytes - this.queuedBytes
  }
}

/**
 * One session's part of the budget. No session takes more than what it leaves free, so there is always room for one more. A
 * session without a command under way may begin one in any case: so none waits for room that only others could make. What has been
 * read and is queued for its initiator counts until it is sent.
 */
export class MemoryShare {
  readonly #budget: MemoryBudget
  readonly #queue: SendQueue
  #begunBytes = 0
  #heldBytes = 0
  #queuedBytes = 0

  constructor(budget: MemoryBudget, queue: SendQueue) {
    this.#budget = budget
    this.#queue = queue
    budget.shares.add(this)
  }

  /** Whether a command may begin that needs so much. */
  mayBegin(bytes: number): boolean {
    return this.#begunBytes === 0 || this.#fits(this.#begunBytes + bytes)
  }

  /** To be called when more was queued for the initiator. */
  countQueued(): void {
    const { queuedBytes } = this.#queue
    this.#budget.queuedBytes += queuedBytes - this.#queuedBytes
    this.#queuedBytes = queuedBytes
  }

  /** What is still queued goes with the connection. */
  close(): void {
    this.#budget.shares.delete(this)
    this.#budget.queuedBytes -= this.#queuedBytes
    this.#queuedBytes = 0
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
    if (bytes > 0 && held > this.#budget.bounds.assuredBytes && !this.#fits(held)) return false
    this.#heldBytes = held
    this.#budget.usedBytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes
    this.#budget.usedBytes -= bytes
    assert(this.#heldBytes >= 0 && this.#budget.usedBytes >= 0, 'more memory was released than was held')
  }

  #fits(bytes: number): boolean {
    const { bounds, queuedBytes, shares } = this.#budget
    if (bytes > bounds.sessionBytes) return false
    if (bytes <= this.#budget.freeBytes) return true
    if (queuedBytes === 0) return false
    for (const share of shares) share.countQueued()
    return bytes <= this.#budget.freeBytes
  }
}
