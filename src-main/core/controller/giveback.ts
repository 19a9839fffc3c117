import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { TraceId } from '../../contract/trace'
import type { TracePort } from '../ports'
import { ownershipOf } from './array-changes'
import type { ArrayStore } from './array-store'
import type { EventLog } from './event-log'
import type { TakeoverHistory } from './takeover-record'
import type { VolumeMover } from './volume-mover'

/** Gives a controller that has come back the volumes that prefer it. */
export class Giveback {
  readonly #self: ControllerId
  readonly #store: ArrayStore
  readonly #mover: VolumeMover
  readonly #trace: TracePort
  readonly #log: EventLog
  readonly #history: TakeoverHistory
  #isAskedFor = false

  constructor(parts: {
    readonly self: ControllerId
    readonly store: ArrayStore
    readonly mover: VolumeMover
    readonly trace: TracePort
    readonly log: EventLog
    readonly history: TakeoverHistory
  }) {
    this.#self = parts.self
    this.#store = parts.store
    this.#mover = parts.mover
    this.#trace = parts.trace
    this.#log = parts.log
    this.#history = parts.history
  }

  /** By a service request: also where it does not happen automatically. */
  askFor(): void {
    this.#isAskedFor = true
  }

  /** These were with this controller only because its NVRAM had to be replayed. */
  replayed(volumeIds: readonly number[]): void {
    const { state } = this.#store
    const to = peerOf(this.#self)
    const away = this.#awayFromHome(to).filter((id) => volumeIds.includes(id))
    if (state?.automaticGiveback !== true || away.length === 0) return
    this.#move(away, to, undefined)
  }

  /** The peer serves its own addresses again. */
  peerJoined(cause: TraceId | undefined): void {
    const { state } = this.#store
    if (state === undefined) return
    const isAskedFor = this.#isAskedFor
    this.#isAskedFor = false
    const to = peerOf(this.#self)
    const volumeIds = this.#awayFromHome(to)
    const hasTakenOver = this.#history.newest?.isGivenBack === false
    if (volumeIds.length === 0 && !hasTakenOver) return
    const place = `controller-${this.#self}` as const
    if (!state.automaticGiveback && !isAskedFor) {
      this.#trace.record({ place, kind: 'giveback.refused', cause, data: { to, reason: 'automatic giveback is off' } })
      this.#log.add('information', `Controller ${to.toUpperCase()} gets its volumes back only when that is asked for: automatic giveback is off.`)
      return
    }
    this.#move(volumeIds, to, cause)
  }

  #awayFromHome(home: ControllerId): number[] {
    const { state } = this.#store
    const volumes = state?.configuration.volumes ?? []
    return volumes.filter(({ id, preferredOwner }) => preferredOwner === home && state !== undefined && ownershipOf(state, id)?.owner === this.#self).map(({ id }) => id)
  }

  #move(volumeIds: readonly number[], to: ControllerId, cause: TraceId | undefined): void {
    const place = `controller-${this.#self}` as const
    const started = this.#trace.record({ place, kind: 'giveback.started', cause, data: { to, volumes: [...volumeIds] } })
    this.#mover.moveAll({ volumeIds, to, cause: started }, (outcome) => {
      if (!outcome.ok) {
        this.#trace.record({ place, kind: 'giveback.refused', cause: started, data: { to, reason: outcome.error.message } })
        this.#log.add('warning', `The giveback to controller ${to.toUpperCase()} did not end: ${outcome.error.message}`)
        return
      }
      this.#history.newest?.givenBack()
      this.#trace.record({ place, kind: 'giveback.completed', cause: started, data: { to, volumes: [...volumeIds] } })
      this.#log.add('information', `Controller ${to.toUpperCase()} has its ${volumeIds.length} volumes back.`)
    })
  }
}
