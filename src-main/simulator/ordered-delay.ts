import type { ClockPort } from '../core/ports'

/** One direction of a connection, or a line. Each item has its own delay, and none overtakes another. */
export class OrderedDelay {
  readonly #clock: ClockPort
  readonly #drawMs: () => number
  #lastMs = 0

  constructor(clock: ClockPort, drawMs: () => number) {
    this.#clock = clock
    this.#drawMs = drawMs
  }

  carry(event: () => void): void {
    const nowMs = this.#clock.nowMs()
    this.#lastMs = Math.max(this.#lastMs, nowMs + this.#drawMs())
    this.#clock.after(this.#lastMs - nowMs, event)
  }
}
