import type { ControllerId } from '../contract/controller-id'
import type { ClockPort, Timer } from '../core/ports'

/**
 * One life of a controller, between its start and its exit. All events reach it through `deliver`: a hung one lets them
 * pile up, a dead one never sees them.
 */
export class Incarnation {
  readonly controller: ControllerId
  readonly number: number
  readonly #clock: ClockPort
  #state: 'running' | 'hung' | 'dead' | 'exited' = 'running'
  #pile: (() => void)[] = []
  /** What every event costs it, in milliseconds. */
  #eventMs = 0
  #freeAtMs = 0
  readonly #exitListeners: (() => void)[] = []

  constructor(controller: ControllerId, number: number, clock: ClockPort) {
    this.controller = controller
    this.number = number
    this.#clock = clock
  }

  get state(): 'running' | 'hung' | 'dead' | 'exited' {
    return this.#state
  }

  /** It may still do something, or something of it may still land. */
  get hasExited(): boolean {
    return this.#state === 'exited'
  }

  get isAlive(): boolean {
    return this.#state === 'running' || this.#state === 'hung'
  }

  /** Its events cost time, or some that did still wait. */
  get isSlow(): boolean {
    return this.#freeAtMs > 0
  }

  deliver(event: () => void): void {
    if (!this.isAlive) return
    if (this.#freeAtMs === 0) {
      this.#arrive(event)
      return
    }
    const nowMs = this.#clock.nowMs()
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + this.#eventMs
    this.#clock.after(this.#freeAtMs - nowMs, () => this.#arrive(event))
  }

  /** From here on every event takes that long, one after the other; 0: as fast as ever, once what waits is done. */
  setEventCost(eventMs: number): void {
    this.#eventMs = eventMs
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#clock.nowMs())
    if (eventMs === 0) this.#clock.after(this.#freeAtMs - this.#clock.nowMs(), () => this.#caughtUp())
  }

  after(delayMs: number, event: () => void): Timer {
    return this.#clock.after(delayMs, () => this.deliver(event))
  }

  hang(): void {
    if (this.#state === 'running') this.#state = 'hung'
  }

  /** A hang that ends by itself: everything that piled up comes at once. */
  resume(): void {
    if (this.#state !== 'hung') return
    this.#state = 'running'
    const pile = this.#pile
    this.#pile = []
    for (const event of pile) this.deliver(event)
  }

  #arrive(event: () => void): void {
    if (this.#state === 'running') event()
    else if (this.#state === 'hung') this.#pile.push(event)
  }

  #caughtUp(): void {
    if (this.#eventMs > 0) return
    if (this.#freeAtMs <= this.#clock.nowMs()) this.#freeAtMs = 0
    else this.#clock.after(this.#freeAtMs - this.#clock.nowMs(), () => this.#caughtUp())
  }

  /** From here on it does nothing; what it has in flight may still land until it has exited. */
  die(): void {
    if (!this.isAlive) return
    this.#state = 'dead'
    this.#pile = []
  }

  exit(): void {
    if (this.#state === 'exited') return
    this.#state = 'exited'
    for (const listener of this.#exitListeners) listener()
  }

  onExit(listener: () => void): void {
    this.#exitListeners.push(listener)
  }
}
