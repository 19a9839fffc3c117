import type { CachePorts } from '../cache-status'
import type { ClockPort } from '../../ports'
import type { GroupFault } from '../../raid/group-io'
import type { VolumeDirt } from './volume-dirt'

const RETRY_MS = 1000

interface RetriesParts {
  readonly clock: ClockPort
  readonly ports: Pick<CachePorts, 'roomChanged'>
  /** Everything that is dirty in the volume is tried now, unless the volume is gone. */
  again(dirt: VolumeDirt): void
}

/** What the drives did not take stays dirty and is tried again: they may come back, or get room. */
export class Retries {
  readonly #parts: RetriesParts

  constructor(parts: RetriesParts) {
    this.#parts = parts
  }

  later(dirt: VolumeDirt, fault: GroupFault): void {
    const { clock, again } = this.#parts
    dirt.fault = fault
    dirt.hasFailed = true
    if (fault === 'no-space') {
      dirt.hadNoRoomAtMs = clock.nowMs()
      this.#noteRoom(dirt, true)
    }
    if (dirt.isRetryComing) return
    dirt.isRetryComing = true
    // Even if another write of the volume succeeds meanwhile.
    clock.after(RETRY_MS, () => {
      dirt.isRetryComing = false
      again(dirt)
    })
  }

  /** The drives have taken something of the volume. */
  taken(dirt: VolumeDirt): void {
    dirt.fault = undefined
    // What found no room is tried again all the time, so it would have failed again by now.
    if (dirt.extents.isEmpty || this.#parts.clock.nowMs() > dirt.hadNoRoomAtMs + 2 * RETRY_MS) this.#noteRoom(dirt, false)
  }

  #noteRoom(dirt: VolumeDirt, isShort: boolean): void {
    if (dirt.isShortOfRoom === isShort) return
    dirt.isShortOfRoom = isShort
    this.#parts.ports.roomChanged(dirt.volumeId, isShort)
  }
}
