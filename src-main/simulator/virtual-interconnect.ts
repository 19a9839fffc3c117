import type { Prng } from '../base/prng'
import { peerOf, type ControllerId } from '../contract/controller-id'
import type { PeerMessage } from '../contract/interconnect'
import type { ClockPort, PeerPort } from '../core/ports'
import type { Incarnation } from './incarnation'

export interface LinkEnd {
  readonly incarnation: Incarnation
  receive(message: PeerMessage): void
}

/** The cable between the controllers: it delays, keeps the order, and can be cut. */
export class VirtualInterconnect {
  readonly #clock: ClockPort
  readonly #random: Prng
  readonly #ends: Record<ControllerId, LinkEnd | undefined> = { a: undefined, b: undefined }
  readonly #arrivesAtMs: Record<ControllerId, number> = { a: 0, b: 0 }
  #isCut = false
  messages = 0
  /** Of bulk data. */
  bytes = 0
  /** Extra delay of every message. */
  extraDelayMs = 0

  constructor(clock: ClockPort, random: Prng) {
    this.#clock = clock
    this.#random = random
  }

  get isCut(): boolean {
    return this.#isCut
  }

  setCut(cut: boolean): void {
    this.#isCut = cut
  }

  plugIn(end: LinkEnd): void {
    this.#ends[end.incarnation.controller] = end
  }

  port(from: Incarnation): PeerPort {
    const to = peerOf(from.controller)
    return {
      send: (message) => {
        const end = this.#ends[to]
        if (this.#isCut || end === undefined) return
        this.messages++
        const { words } = message
        if ('data' in words) for (const chunk of words.data) this.bytes += chunk.length
        const arrivesAtMs = Math.max(this.#arrivesAtMs[to], this.#clock.nowMs() + this.extraDelayMs + 0.02 + this.#random.fraction() * 0.08)
        this.#arrivesAtMs[to] = arrivesAtMs
        this.#clock.after(arrivesAtMs - this.#clock.nowMs(), () => {
          if (!this.#isCut && this.#ends[to] === end) end.incarnation.deliver(() => end.receive(message))
        })
      },
    }
  }
}
