import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import { SIGN_OF_LIFE_MS, START_WATCHDOG_MS, WATCHDOG_MS } from '../contract/midplane'
import type { ControllerSlot } from './controller-slot'

type WatchedSlots = Readonly<Record<ControllerId, Pick<ControllerSlot, 'isPresent' | 'isEnding' | 'state'>>>

/**
 * Ends hangs that no other controller can end: the peer may be down, hang too, or not be able to tell a hang from a cut.
 *
 * Every report of a controller is a sign of life. Silence is counted in ticks of the watchdog's own timer, at most one for each
 * round of the event loop. So a main process that was held up itself, or a machine that slept, accuses nobody.
 */
export class Watchdog {
  readonly #slots: WatchedSlots
  readonly #fired: (id: ControllerId, silentMs: number) => void
  readonly #silentTicks: Record<ControllerId, number> = { a: 0, b: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(slots: WatchedSlots, fired: (id: ControllerId, silentMs: number) => void) {
    this.#slots = slots
    this.#fired = fired
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), SIGN_OF_LIFE_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  signOfLife(id: ControllerId): void {
    this.#silentTicks[id] = 0
  }

  tick(): void {
    for (const id of CONTROLLER_IDS) {
      const slot = this.#slots[id]
      if (!slot.isPresent || slot.isEnding) {
        this.#silentTicks[id] = 0
        continue
      }
      const silentMs = ++this.#silentTicks[id] * SIGN_OF_LIFE_MS
      if (silentMs < (slot.state === 'starting' ? START_WATCHDOG_MS : WATCHDOG_MS)) continue
      this.#silentTicks[id] = 0
      this.#fired(id, silentMs)
    }
  }
}
