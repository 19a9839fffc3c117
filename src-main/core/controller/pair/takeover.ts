import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { TakeoverReason } from '../../../contract/snapshot'
import type { TraceId } from '../../../contract/trace'
import type { RecoveryOutcome } from '../../nvram/replay/cache-recovery'
import type { WriteCache } from '../../nvram/write-cache'
import type { ClockPort, MidplanePort, TracePort } from '../../ports'
import type { ArrayStore } from '../state/array-store'
import { makeClaim, makeStable, type ClaimFailure } from './claim'
import type { Committer } from '../state/committer'
import type { EventLog } from '../peer/event-log'
import type { PairStanding } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import type { Portals } from './portals'
import type { StateDrives } from '../state/state-drives'
import { TakeoverRecorder, type TakeoverHistory } from './takeover-record'
import type { ClaimStability } from '../volumes/claim-stability'
import type { VolumeService } from '../volumes/volume-service'

export interface TakeoverParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly midplane: MidplanePort
  readonly trace: TracePort
  readonly log: EventLog
  readonly store: ArrayStore
  readonly stateDrives: StateDrives
  readonly committer: Committer
  readonly volumes: VolumeService
  readonly claimStability: ClaimStability
  readonly portals: Portals
  readonly history: TakeoverHistory
  readonly cache: WriteCache
  readonly timings: Pick<ControllerTimings, 'retryMs' | 'holdMs'>
  readonly standing: PairStanding
}

/** Proof that the peer can no longer write: the midplane reset it, or it stopped by itself. */
export type FenceProof = 'reset' | 'gone'

export interface TakeoverEvents {
  /** The peer can no longer write, so calls to it must be withdrawn. */
  fenced(proof: FenceProof): void
  /** The volumes are served here. */
  adopted(): void
  /** The peer's addresses are served here too: the takeover is complete. */
  completed(): void
  /** The peer got the reset line first or has made a newer claim, so this controller must stop. */
  lost(reason: string): void
}

/**
 * Brings all the peer's volumes, addresses, and service requests to this controller: detect, fence, claim, replay, adopt, serve.
 * Until the fence is proven, nothing is claimed and nothing is written in the peer's place.
 */
export class Takeover {
  readonly #parts: TakeoverParts
  readonly #events: TakeoverEvents
  readonly #record: TakeoverRecorder
  #isFenced = false

  constructor(
    parts: TakeoverParts,
    events: TakeoverEvents,
    start: { readonly reason: TakeoverReason; readonly startedAtMs: number; readonly cause: TraceId | undefined },
  ) {
    this.#parts = parts
    this.#events = events
    const { clock, trace, self } = parts
    this.#record = new TakeoverRecorder({ clock, trace, survivor: self, dead: peerOf(self), ...start })
  }

  /** `alreadyGone`: the presence line or a newer incarnation proves it, which is as good as a fence. */
  begin(alreadyGone: boolean): void {
    this.#parts.history.add(this.#record)
    this.#record.ended('detect', { reason: this.#record.reason })
    if (alreadyGone) {
      this.peerIsGone('gone')
      return
    }
    this.#parts.midplane.fencePeer((outcome) => {
      if (outcome === 'fenced') this.peerIsGone('reset')
      else if (!this.#isFenced) this.#events.lost('the midplane gave the reset line to the other controller first')
    })
  }

  /** No further write of the peer can reach a drive. Only the first proof counts. */
  peerIsGone(proof: FenceProof): void {
    if (this.#isFenced) return
    this.#isFenced = true
    this.#record.ended('fence', { proof })
    this.#parts.volumes.holdForReplay()
    this.#parts.committer.pause(() => this.#claim())
    this.#events.fenced(proof)
  }

  #claim(): void {
    const { self, standing } = this.#parts
    if (standing.isStopped) return
    const owned = (owner: ControllerId): ControllerId | 'keep' => (owner === self ? 'keep' : self)
    makeClaim(this.#parts, { plan: ({ owner }) => owned(owner), cause: this.#record.cause }, (outcome) => {
      if (outcome.ok) {
        for (const note of outcome.value.notes) this.#parts.log.add('warning', note)
        this.#replay(outcome.value.volumes)
      } else this.#claimFailed(outcome.error)
    })
  }

  #claimFailed({ code, reason }: ClaimFailure): void {
    if (code === 'superseded') {
      this.#events.lost(reason)
      return
    }
    const { log, clock, timings } = this.#parts
    log.add('error', `The takeover cannot continue: ${reason}. The controller tries again.`)
    clock.after(timings.retryMs, () => this.#claim())
  }

  /** Writes the mirror of the dead controller's log to the drives under the new claims, before any of its volumes is served. */
  #replay(claimed: readonly number[]): void {
    const { store, cache, log, self, committer, standing } = this.#parts
    const state = store.state
    if (state === undefined || standing.isStopped) return
    committer.resumeFirst()
    this.#record.ended('claim', { generation: state.generation, serviceEpoch: state.serviceEpoch })
    cache.recover(state, (outcome) => {
      if (standing.isStopped) return
      noteReplay(log, self, outcome)
      this.#record.ended('replay', { records: outcome.records, blocks: outcome.blocks })
      this.#adopt(claimed)
    })
  }

  #adopt(claimed: readonly number[]): void {
    const { store, volumes, committer, portals, self } = this.#parts
    const state = store.state
    if (state === undefined) return
    makeStable(this.#parts, state)
    this.#record.adopted(claimed)
    volumes.adopt(state)
    committer.resume()
    this.#record.ended('adopt', { volumes: [...claimed] })
    // Asks for the addresses first. Otherwise the next review would see them missing and take over again.
    portals.openFor(peerOf(self), () => portals.openFor(self, () => this.#serving()))
    this.#events.adopted()
  }

  #serving(): void {
    const { log, self } = this.#parts
    this.#record.ended('serve')
    const dead = peerOf(self).toUpperCase()
    const { reason, totalMs } = this.#record
    log.add('warning', `Controller ${self.toUpperCase()} has taken over from controller ${dead} (${reason}) in ${totalMs.toFixed(1)} ms.`)
    this.#events.completed()
  }
}

/** Logs what a replay could not write to the drives. */
export function noteReplay(log: EventLog, self: ControllerId, { failedVolumes, lostRecords }: RecoveryOutcome): void {
  const name = self.toUpperCase()
  for (const volumeId of failedVolumes) {
    const what = `what its NVRAM has of volume ${volumeId}`
    log.add('error', `Controller ${name} could not write ${what} to the drives. It is kept and tried again.`)
  }
  if (lostRecords === 0) return
  log.add('error', `Acknowledged data is lost: ${lostRecords} records of the NVRAM log could be neither written nor kept.`)
}
