import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ClockPort, Timer, TracePort } from '../../ports'
import type { ArrayStore } from '../state/array-store'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import type { VolumeMover } from './volume-mover'
import type { VolumeService } from './volume-service'

interface Watched {
  epoch: number
  /** Consecutive windows in which most I/O arrived at the other controller. */
  windows: number
  /** The volume does not move before this time. */
  restsUntilMs: number
}

export interface OwnershipByLoadParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly store: ArrayStore
  readonly volumes: VolumeService
  readonly mover: VolumeMover
  readonly trace: TracePort
  readonly log: EventLog
  readonly timings: Pick<ControllerTimings, 'load'>
  readonly standing: Standing
}

/**
 * Moves a volume to the controller at which most of its I/O arrives (US 7,814,293). The owner sees all of it: what hosts send
 * here and what the peer forwards. After a change of owner the volume rests, longer if the change was requested.
 */
export class OwnershipByLoad {
  readonly #parts: OwnershipByLoadParts
  readonly #watched = new Map<number, Watched>()
  #timer: Timer | undefined

  constructor(parts: OwnershipByLoadParts) {
    this.#parts = parts
  }

  installed({ ownership, ownershipByLoad }: ArrayState): void {
    const { clock } = this.#parts
    const { pauseMs, holdDownMs } = this.#parts.timings.load
    for (const { volumeId, epoch, movedBy } of ownership) {
      const watched = this.#watched.get(volumeId)
      if (watched?.epoch === epoch) continue
      const restMs = watched === undefined ? 0 : movedBy === 'request' ? pauseMs : holdDownMs
      this.#watched.set(volumeId, { epoch, windows: 0, restsUntilMs: clock.nowMs() + restMs })
    }
    for (const volumeId of this.#watched.keys()) if (ownership.every((one) => one.volumeId !== volumeId)) this.#watched.delete(volumeId)
    if (ownershipByLoad !== true) {
      this.#timer?.cancel()
      this.#timer = undefined
    } else if (this.#timer === undefined) {
      this.#nextWindow()
    }
  }

  #nextWindow(): void {
    for (const { volumeId } of this.#parts.store.state?.ownership ?? []) this.#parts.volumes.volume(volumeId)?.takeArrivals()
    this.#timer = this.#parts.clock.after(this.#parts.timings.load.windowMs, () => {
      this.#review()
      this.#nextWindow()
    })
  }

  #review(): void {
    const { minOperations, share: minShare, windows } = this.#parts.timings.load
    for (const [volumeId, watched] of this.#watched) {
      const volume = this.#parts.volumes.volume(volumeId)
      if (volume?.ownership.owner !== this.#parts.self) continue
      const { here, there } = volume.takeArrivals()
      const share = there / Math.max(1, here + there)
      watched.windows = here + there >= minOperations && share >= minShare ? watched.windows + 1 : 0
      const isRested = this.#parts.clock.nowMs() >= watched.restsUntilMs
      if (watched.windows >= windows && isRested && this.#parts.standing.bothServe && !volume.isMoving) {
        watched.windows = 0
        this.#move(volumeId, volume.name, share)
      }
    }
  }

  #move(volumeId: number, name: string, share: number): void {
    const { self, mover, log, trace } = this.#parts
    const to = peerOf(self)
    const percent = Math.round(share * 100)
    const veto = mover.vetoOf({ volumeId, to })
    const reason = `${percent}% of its I/O arrives at controller ${to.toUpperCase()}`
    if (veto !== undefined) {
      log.add('information', `Volume ${name} stays although ${reason}: ${veto}.`)
      return
    }
    const cause = trace.record({ kind: 'volume.moves-by-load', place: `controller-${self}`, data: { volumeId, to, percent } })
    log.add('information', `Volume ${name} moves to controller ${to.toUpperCase()}: ${reason}.`)
    mover.move({ volumeId, to, by: 'load', cause }, (outcome) => {
      if (!outcome.ok) log.add('warning', `Volume ${name} did not move to controller ${to.toUpperCase()}: ${outcome.error.message}`)
    })
  }
}
