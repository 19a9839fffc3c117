import type { ClockPort, Timer } from '../../ports'

export const SESSION_TIMES = {
  /** From the call until the full feature phase. */
  loginMs: 2000,
  tickMs: 250,
  /** Silence after which the target is pinged. */
  pingAfterMs: 500,
  pingTimeoutMs: 1500,
  commandTimeoutMs: 10_000,
  logoutMs: 1000,
} as const

export interface KeepAliveHandler {
  /** When the command that has waited longest began to wait; undefined if none is waiting. */
  oldestCommandMs(): number | undefined
  ping(): void
  dead(reason: string): void
}

/** Detects a target that is silent, and one that is alive but does not answer a command. */
export class KeepAlive {
  readonly #clock: ClockPort
  readonly #handler: KeepAliveHandler
  #timer: Timer | undefined
  #heardMs: number
  #pingSentMs: number | undefined

  constructor(clock: ClockPort, handler: KeepAliveHandler) {
    this.#clock = clock
    this.#handler = handler
    this.#heardMs = clock.nowMs()
  }

  start(): void {
    this.#timer = this.#clock.after(SESSION_TIMES.tickMs, () => this.#tick())
  }

  stop(): void {
    this.#timer?.cancel()
  }

  heard(): void {
    this.#heardMs = this.#clock.nowMs()
  }

  pingAnswered(): void {
    this.#pingSentMs = undefined
  }

  #tick(): void {
    const { tickMs, pingAfterMs, pingTimeoutMs, commandTimeoutMs } = SESSION_TIMES
    const nowMs = this.#clock.nowMs()
    const oldestMs = this.#handler.oldestCommandMs()
    if (oldestMs !== undefined && nowMs - oldestMs >= commandTimeoutMs)
      return this.#handler.dead(`no answer to a command in ${commandTimeoutMs} ms`)
    if (this.#pingSentMs !== undefined && nowMs - this.#pingSentMs >= pingTimeoutMs)
      return this.#handler.dead(`no answer to a ping in ${pingTimeoutMs} ms`)
    if (this.#pingSentMs === undefined && nowMs - this.#heardMs >= pingAfterMs) {
      this.#pingSentMs = nowMs
      this.#handler.ping()
    }
    this.#timer = this.#clock.after(tickMs, () => this.#tick())
  }
}
