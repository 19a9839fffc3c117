import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { TraceId } from '../../../contract/trace'
import type { ClockPort, Timer, TracePort } from '../../ports'
import { ownershipOf } from '../state/array-changes'
import type { ArrayStore } from '../state/array-store'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { TakeoverHistory } from './takeover-record'
import type { VolumeMover } from '../volumes/volume-mover'

/** The delay before a vetoed giveback is tried again. */
const RETRY_MS = 1000

export interface GivebackParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly store: ArrayStore
  readonly mover: VolumeMover
  readonly trace: TracePort
  readonly log: EventLog
  readonly history: TakeoverHistory
  readonly standing: Standing
}

/** Gives volumes back to their preferred owner once it has joined: those with automatic giveback, and those a request asks for. */
export class Giveback {
  readonly #parts: GivebackParts
  /** Volumes that a service request asked for and that are not given back yet. */
  #asked: readonly number[] = []
  #isUnderWay = false
  #retry: Timer | undefined
  #lastVeto: string | undefined

  constructor(parts: GivebackParts) {
    this.#parts = parts
  }

  /** A service request asks for these volumes even without automatic giveback. They move once the peer has joined. */
  askFor(volumeIds: readonly number[]): void {
    this.#asked = volumeIds
  }

  /** Requested givebacks end with the peer. Automatic ones start over when it joins again. */
  peerLost(): void {
    this.#asked = []
    this.#retry?.cancel()
    this.#retry = undefined
  }

  /** This controller owned these volumes only to replay its NVRAM, so they may go back now. */
  replayed(volumeIds: readonly number[]): void {
    if (this.#chosen().some((volumeId) => volumeIds.includes(volumeId))) this.#start(undefined)
  }

  /** Call when the reason for a veto may have gone. */
  review(): void {
    if (this.#retry === undefined || !this.#parts.standing.peerIsMember) return
    this.#retry.cancel()
    this.#retry = undefined
    this.#start(undefined)
  }

  /** The peer serves its own addresses again. */
  peerJoined(cause: TraceId | undefined): void {
    this.#retry?.cancel()
    this.#retry = undefined
    this.#lastVeto = undefined
    const { state } = this.#parts.store
    if (state === undefined) return
    const to = peerOf(this.#parts.self)
    const away = this.#away()
    const hasTakenOver = this.#parts.history.newest?.isGivenBack === false
    if (away.length === 0 && !hasTakenOver) return
    const chosen = this.#chosen()
    if (away.length > 0 && chosen.length === 0) {
      this.#refused(cause, 'automatic giveback is off')
      const message = `Automatic giveback is off, so controller ${to.toUpperCase()} gets its volumes back only on request.`
      this.#parts.log.add('information', message)
      return
    }
    this.#start(cause)
  }

  /** Runs one giveback at a time. Volumes that become due meanwhile follow when it has ended. */
  #start(cause: TraceId | undefined): void {
    if (this.#isUnderWay) return
    const to = peerOf(this.#parts.self)
    const volumeIds = this.#chosen()
    const veto = volumeIds.map((volumeId) => this.#parts.mover.vetoOf({ volumeId, to })).find((reason) => reason !== undefined)
    if (veto !== undefined) {
      this.#vetoed(veto, cause)
      return
    }
    const place = `controller-${this.#parts.self}` as const
    const started = this.#parts.trace.record({ place, kind: 'giveback.started', cause, data: { to, volumes: volumeIds } })
    this.#isUnderWay = true
    this.#parts.mover.moveAll({ volumeIds, to, cause: started }, (outcome) => {
      this.#isUnderWay = false
      if (!outcome.ok) {
        this.#interrupted(outcome.error.message, started)
        return
      }
      this.#asked = []
      if (this.#away().length === 0) this.#parts.history.newest?.givenBack()
      this.#parts.trace.record({ place, kind: 'giveback.completed', cause: started, data: { to, volumes: volumeIds } })
      this.#parts.log.add('information', `Controller ${to.toUpperCase()} has its ${volumeIds.length} volumes back.`)
      if (this.#parts.standing.peerIsMember && this.#chosen().length > 0) this.#start(started)
    })
  }

  /** If the peer is lost, automatic giveback starts over when it joins again. Otherwise this one is tried again here. */
  #interrupted(reason: string, cause: TraceId): void {
    if (this.#parts.standing.peerIsMember) {
      this.#vetoed(reason, cause)
      return
    }
    this.#refused(cause, reason)
    this.#parts.log.add('warning', `The giveback to controller ${peerOf(this.#parts.self).toUpperCase()} failed: ${reason}`)
  }

  /** A giveback would be unsafe now. It is tried again while the peer is a member. Each new reason is logged once. */
  #vetoed(reason: string, cause: TraceId | undefined): void {
    if (reason !== this.#lastVeto) {
      this.#lastVeto = reason
      this.#refused(cause, reason)
      this.#parts.log.add('warning', `The giveback to controller ${peerOf(this.#parts.self).toUpperCase()} is waiting: ${reason}.`)
    }
    this.#retry?.cancel()
    this.#retry = this.#parts.clock.after(RETRY_MS, () => {
      this.#retry = undefined
      if (this.#parts.standing.peerIsMember) this.#start(cause)
    })
  }

  #refused(cause: TraceId | undefined, reason: string): void {
    const { self, trace } = this.#parts
    trace.record({ place: `controller-${self}`, kind: 'giveback.refused', cause, data: { to: peerOf(self), reason } })
  }

  /** Volumes of this controller that prefer the peer. */
  #away(): readonly number[] {
    const { self, store } = this.#parts
    const { state } = store
    if (state === undefined) return []
    const { volumes } = state.configuration
    return volumes.filter(({ id, preferredOwner }) => preferredOwner !== self && ownershipOf(state, id)?.owner === self).map(({ id }) => id)
  }

  #chosen(): readonly number[] {
    const { state } = this.#parts.store
    if (state === undefined) return []
    const { volumes } = state.configuration
    const isAutomatic = (volumeId: number): boolean => {
      return volumes.find(({ id }) => id === volumeId)?.automaticGiveback ?? state.automaticGiveback
    }
    return this.#away().filter((volumeId) => this.#asked.includes(volumeId) || isAutomatic(volumeId))
  }
}
