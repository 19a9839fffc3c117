import { LIMITS } from '../contract/limits'
import type { ClockPort } from '../core/ports'

/** How a host takes what it is sent. */
export interface SlowTaking {
  readonly bytesPerMs: number
  /** So much counts as a full queue: no host of a world asks for as much as the lab lets queue up. */
  readonly fullBytes: number
}

/** What a connection has accepted and the network has not yet taken. */
export class SendQueue {
  readonly #clock: ClockPort
  readonly #taking: SlowTaking
  readonly #drained: () => void
  #bytes = 0
  #takenUntilMs = 0
  #wasFull = false

  /** `drained`: nothing is left of a queue that was full. */
  constructor(parts: { readonly clock: ClockPort; readonly taking: SlowTaking; readonly drained: () => void }) {
    this.#clock = parts.clock
    this.#taking = parts.taking
    this.#drained = parts.drained
  }

  /** In proportion to what the lab lets queue up. What is beyond that counts as it is. */
  get bytes(): number {
    const { fullBytes } = this.#taking
    const beyond = Math.max(0, this.#bytes - fullBytes)
    return Math.ceil(((this.#bytes - beyond) * LIMITS.connectionQueueBytes) / fullBytes) + beyond
  }

  /** `taken` is called once all that came before is taken, and this too. */
  put(byteCount: number, taken: () => void): void {
    const nowMs = this.#clock.nowMs()
    this.#bytes += byteCount
    this.#wasFull ||= this.bytes > LIMITS.connectionQueueBytes
    this.#takenUntilMs = Math.max(this.#takenUntilMs, nowMs) + byteCount / this.#taking.bytesPerMs
    this.#clock.after(this.#takenUntilMs - nowMs, () => {
      this.#bytes -= byteCount
      taken()
      if (!this.#wasFull || this.#bytes > 0) return
      this.#wasFull = false
      this.#drained()
    })
  }
}
