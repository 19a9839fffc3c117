import type { ClockPort, Timer } from '../../ports'
import type { ControllerTimings } from '../peer/timings'
import type { Admission } from './admission'
import type { VolumeOperation } from './volume-operation'

export interface HeldOperationsParts {
  readonly clock: ClockPort
  readonly timings: Pick<ControllerTimings, 'holdMs'>
  readonly admission: Pick<Admission, 'finish'>
}

/** The operations of one volume that wait until it is known who serves it, each for so long at most. */
export class HeldOperations {
  readonly #parts: HeldOperationsParts
  #held: VolumeOperation[] = []
  #timer: Timer | undefined

  constructor(parts: HeldOperationsParts) {
    this.#parts = parts
  }

  get count(): number {
    return this.#held.length
  }

  push(io: VolumeOperation): void {
    this.#held.push(io)
    this.#armTimer()
  }

  /** In the order in which they came. None is held any more. */
  takeAll(): readonly VolumeOperation[] {
    this.#timer?.cancel()
    this.#timer = undefined
    const held = this.#held
    this.#held = []
    return held
  }

  /**
   * What a dead peer had forwarded is forgotten: its hosts ask again here, and a write of an earlier try that ran after the
   * newer one would undo it.
   */
  forgetPeer(): void {
    const forgotten = this.#held.filter(({ origin }) => origin === 'peer')
    this.#held = this.#held.filter(({ origin }) => origin === 'host')
    this.#refuse(forgotten)
  }

  #armTimer(): void {
    const oldest = this.#held[0]
    if (oldest === undefined || this.#timer !== undefined) return
    const {
      clock,
      timings: { holdMs },
    } = this.#parts
    this.#timer = clock.after(Math.max(0, oldest.arrivedAtMs + holdMs - clock.nowMs()), () => {
      this.#timer = undefined
      const overdue = this.#held.filter(({ arrivedAtMs }) => arrivedAtMs + holdMs <= clock.nowMs())
      this.#held = this.#held.filter(({ arrivedAtMs }) => arrivedAtMs + holdMs > clock.nowMs())
      this.#refuse(overdue)
      this.#armTimer()
    })
  }

  #refuse(operations: readonly VolumeOperation[]): void {
    for (const io of operations) this.#parts.admission.finish(io, { ok: false, fault: 'transitioning' })
  }
}
