import { assert } from './assert'

/** A first-in first-out queue with a bound: pushing past it is a bug in the caller, which must check `isFull` first. */
export class BoundedQueue<T> {
  readonly #items: (T | undefined)[]
  #head = 0
  #length = 0

  constructor(readonly capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, `queue capacity ${capacity}`)
    this.#items = new Array<T | undefined>(capacity)
  }

  get length(): number {
    return this.#length
  }

  get isEmpty(): boolean {
    return this.#length === 0
  }

  get isFull(): boolean {
    return this.#length === this.capacity
  }

  push(item: T): void {
    assert(!this.isFull, () => `a queue of ${this.capacity} is full`)
    this.#items[(this.#head + this.#length) % this.capacity] = item
    this.#length++
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head]
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) % this.capacity
    this.#length--
    return item
  }
}
