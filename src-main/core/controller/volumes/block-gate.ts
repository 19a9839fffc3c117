import type { VolumeOperation } from './volume-operation'

type Gated = Pick<VolumeOperation, 'operation' | 'firstBlock' | 'blockCount'>

/**
 * The door to the blocks of one volume. Reads and writes pass at once, unless an operation that must have its blocks for itself runs or
 * waits there; such an operation waits for all that came before it at its blocks. What waits for the same blocks goes in its order.
 */
export class BlockGate<T extends Gated> {
  readonly #running = new Set<T>()
  #waiting: { readonly io: T; readonly begin: () => void }[] = []
  /** Of those that run or wait, how many have their blocks for themselves. */
  #exclusive = 0
  #isReviewing = false

  enter(io: T, begin: () => void): void {
    if (isExclusive(io)) this.#exclusive++
    if (this.#exclusive > 0 && (this.#isBarredBy(this.#running, io) || this.#isBarredByWaiting(io, this.#waiting.length))) {
      this.#waiting.push({ io, begin })
      return
    }
    this.#running.add(io)
    begin()
  }

  /** It has ended. */
  leave(io: T): void {
    this.#running.delete(io)
    if (isExclusive(io)) this.#exclusive--
    if (this.#waiting.length === 0 || this.#isReviewing) return
    this.#isReviewing = true
    for (let at = this.#nextToBegin(); at !== undefined; at = this.#nextToBegin()) {
      const [next] = this.#waiting.splice(at, 1)
      if (next === undefined) break
      this.#running.add(next.io)
      next.begin()
    }
    this.#isReviewing = false
  }

  #nextToBegin(): number | undefined {
    const at = this.#waiting.findIndex(({ io }, index) => !this.#isBarredBy(this.#running, io) && !this.#isBarredByWaiting(io, index))
    return at < 0 ? undefined : at
  }

  #isBarredBy(others: Iterable<T>, io: T): boolean {
    for (const other of others) if (excludes(other, io)) return true
    return false
  }

  #isBarredByWaiting(io: T, count: number): boolean {
    for (let index = 0; index < count; index++) if (excludes(this.#waiting[index]!.io, io)) return true
    return false
  }
}

function isExclusive({ operation }: Gated): boolean {
  return operation !== 'read' && operation !== 'write' && operation !== 'flush'
}

function excludes(one: Gated, other: Gated): boolean {
  const overlap = one.firstBlock < other.firstBlock + other.blockCount && other.firstBlock < one.firstBlock + one.blockCount
  return overlap && (isExclusive(one) || isExclusive(other))
}
