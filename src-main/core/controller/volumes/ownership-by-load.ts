import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ClockPort, Timer, TracePort } from '../../ports'
import type { ArrayStore } from '../state/array-store'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { LoadTimings } from '../peer/timings'
import type { VolumeMover } from './volume-mover'
import type { VolumeService } from './volume-service'

interface Watched {
  epoch: number
  /** Windows in a row in which most I/O arrived at the other controller. */
  windows: number
  /** Not to be moved before. */
  restsUntilMs: number
}

/**
 * Moves a volume to the controller at which most of its I/O arrives (US 7,814,293). The owner sees all of it: what hosts
 * send here, and what the peer forwards. After each change of owner the volume rests, longer after one that was asked for.
 */
export class OwnershipByLoad {
  readonly #self: ControllerId
  readonly #clock: ClockPort
  readonly #store: ArrayStore
  readonly #volumes: VolumeService
  readonly #mover: VolumeMover
  readonly #trace: TracePort
  readonly #log: EventLog
  readonly #timings: LoadTimings
  readonly #standing: Standing
  readonly #watched = new Map<number, Watched>()
  #timer: Timer | undefined

  constructor(parts: {
    readonly self: ControllerId
    readonly clock: ClockPort
    readonly store: ArrayStore
    readonly volumes: VolumeService
    readonly mover: VolumeMover
    readonly trace: TracePort
    readonly log: EventLog
    readonly timings: LoadTimings
    readonly standing: Standing
  }) {
    this.#self = parts.self
    this.#clock = parts.clock
    this.#store = parts.store
    this.#volumes = parts.volumes
    this.#mover = parts.mover
    this.#trace = parts.trace
    this.#log = parts.log
    this.#timings = parts.timings
    this.#standing = parts.standing
    parts.store.onInstalled(() => this.#installed())
  }

  #installed(): void {
    const { state } = this.#store
    const isEnabled = state?.ownershipByLoad === true
    for (const { volumeId, epoch, movedBy } of state?.ownership ?? []) {
      const watched = this.#watched.get(volumeId)
      if (watched?.epoch === epoch) continue
      const restMs = watched === undefined ? 0 : movedBy === 'request' ? this.#timings.pauseMs : this.#timings.holdDownMs
      this.#watched.set(volumeId, { epoch, windows: 0, restsUntilMs: this.#clock.nowMs() + restMs })
    }
    for (const volumeId of this.#watched.keys()) if (state?.ownership.every((one) => one.volumeId !== volumeId) === true) this.#watched.delete(volumeId)
    if (isEnabled && this.#timer === undefined) this.#nextWindow()
    if (!isEnabled) {
      this.#timer?.cancel()
      this.#timer = undefined
    }
  }

  #nextWindow(): void {
    for (const { volumeId } of this.#store.state?.ownership ?? []) this.#volumes.volume(volumeId)?.takeArrivals()
    this.#timer = this.#clock.after(this.#timings.windowMs, () => {
      this.#look()
      this.#nextWindow()
    })
  }

  #look(): void {
    const { leastOperations, share: leastShare, windows } = this.#timings
    for (const [volumeId, watched] of this.#watched) {
      const volume = this.#volumes.volume(volumeId)
      if (volume?.ownership.owner !== this.#self) continue
      const { here, there } = volume.takeArrivals()
      const share = there / Math.max(1, here + there)
      watched.windows = here + there >= leastOperations && share >= leastShare ? watched.windows + 1 : 0
      if (watched.windows >= windows && this.#clock.nowMs() >= watched.restsUntilMs && this.#standing.bothServe && !volume.isMoving) {
        watched.windows = 0
        this.#move(volumeId, volume.name, share)
      }
    }
  }

  #move(volumeId: number, name: string, share: number): void {
    const to = peerOf(this.#self)
    const percent = Math.round(share * 100)
    const veto = this.#mover.vetoOf({ volumeId, to })
    const reason = `${percent} % of its I/O arrives at controller ${to.toUpperCase()}`
    if (veto !== undefined) {
      this.#log.add('information', `Volume ${name} stays although ${reason}: ${veto}.`)
      return
    }
    const cause = this.#trace.record({ kind: 'volume.moves-by-load', place: `controller-${this.#self}`, data: { volumeId, to, percent } })
    this.#log.add('information', `Volume ${name} moves to controller ${to.toUpperCase()}: ${reason}.`)
    this.#mover.move({ volumeId, to, by: 'load', cause }, (outcome) => {
      if (!outcome.ok) this.#log.add('warning', `Volume ${name} did not move to controller ${to.toUpperCase()}: ${outcome.error.message}`)
    })
  }
}
