import { assert } from '../base/assert'
import type { ClockPort, Timer } from '../core/ports'

class ClockEvent implements Timer {
  readonly atMs: number
  readonly order: number
  run: (() => void) | undefined

  constructor(atMs: number, order: number, run: () => void) {
    this.atMs = atMs
    this.order = order
    this.run = run
  }

  cancel(): void {
    this.run = undefined
  }
}

/** Virtual time: events run in order of their time, those of one time in the order in which they were made. */
export class VirtualClock implements ClockPort {
  #nowMs = 0
  #nextOrder = 0
  #eventsRun = 0
  readonly #heap: ClockEvent[] = []

  nowMs(): number {
    return this.#nowMs
  }

  /** The number of the event that runs, or ran last; the first is 1. */
  get eventsRun(): number {
    return this.#eventsRun
  }

  after(delayMs: number, run: () => void): Timer {
    assert(delayMs >= 0 && Number.isFinite(delayMs), () => `a delay of ${delayMs} ms`)
    const event = new ClockEvent(this.#nowMs + delayMs, this.#nextOrder++, run)
    this.#push(event)
    return event
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    for (;;) {
      const event = this.#pop()
      if (event === undefined) return false
      if (event.run === undefined) continue
      this.#nowMs = event.atMs
      this.#eventsRun++
      event.run()
      return true
    }
  }

  /** Runs all events up to that time and advances to it. */
  runUntil(timeMs: number): void {
    while (this.stepUntil(timeMs));
  }

  /** Runs the next event if it is due by that time. Otherwise advances to that time and returns false. */
  stepUntil(timeMs: number): boolean {
    const next = this.#heap[0]
    if (next !== undefined && next.atMs <= timeMs && this.step()) return true
    this.#nowMs = Math.max(this.#nowMs, timeMs)
    return false
  }

  #push(event: ClockEvent): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(event)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(event, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = event
  }

  #pop(): ClockEvent | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      const isRight = right !== undefined && left !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || !isBefore(child, last)) break
      heap[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    heap[index] = last
    return top
  }
}

function isBefore(a: ClockEvent, b: ClockEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
