import { present } from '../../../base/assert'
import { CONTROLLER_IDS, type ControllerId } from '../../../contract/controller-id'
import type { ArrayState } from '../../../contract/array-state'
import type { PeerDescription } from '../../../contract/interconnect'
import type { Election } from '../../raid/election'
import { makeClaim, type ClaimPlan } from './claim'
import { firstStep, type FirstStep } from './first-step'
import type { PeerSession } from '../peer/peer-session'
import { noteReplay, type TakeoverParts } from './takeover'

export interface FirstClaimParts extends TakeoverParts {
  readonly session: PeerSession
}

export interface FirstClaimEvents {
  /** The drives have been read: review what to do. */
  review(): void
  /** The claim is committed and the NVRAM is replayed: this controller serves the array, at the addresses of `portals`. */
  claimed(state: ArrayState, portals: readonly ControllerId[]): void
  /** The other controller has made a newer claim. */
  lost(reason: string): void
}

/** Takes a controller from its start to its first claim: it reads the drives, listens to the peer, and decides what to do. */
export class FirstClaim {
  readonly #parts: FirstClaimParts
  readonly #events: FirstClaimEvents
  /** The drives are being read or will be soon; nothing is decided before that. */
  #isReading = true
  #elected: Election | undefined
  #waiting: (() => void)[] = []

  constructor(parts: FirstClaimParts, events: FirstClaimEvents) {
    this.#parts = parts
    this.#events = events
  }

  describe(): PeerDescription {
    // Without a quorum the next attempt may read a newer state, so the peer must not decide by this one who leads.
    const state = this.#parts.store.state ?? (this.#elected?.quorum === true ? this.#elected.state : undefined)
    const description = { phase: this.#parts.standing.phase, generation: state?.generation ?? -1 }
    return state === undefined ? description : { ...description, nvramRank: this.#nvramRank(state) }
  }

  readDrives(): void {
    this.#isReading = true
    this.#parts.stateDrives.read(undefined, (election) => {
      this.#haveRead()
      if (this.#parts.store.state !== undefined) return
      this.#elected = election
      for (const note of election?.notes ?? []) this.#parts.log.add('warning', note)
      this.#parts.session.announce()
      this.#events.review()
    })
  }

  #haveRead(): void {
    this.#isReading = false
    for (const run of this.#waiting.splice(0)) run()
  }

  /** Calls `run` when this controller has seen what the drives are. */
  whenRead(run: () => void): void {
    if (this.#isReading) this.#waiting.push(run)
    else run()
  }

  #readDrivesLater(reason: string): void {
    this.#parts.standing.wait(reason)
    if (this.#isReading) return
    this.#isReading = true
    this.#parts.clock.after(this.#parts.timings.retryMs, () => {
      this.#elected = undefined
      if (this.#parts.standing.isStopped) return
      // Somebody has welcomed this controller meanwhile: it uses the drives as they are open now.
      if (this.#parts.store.state !== undefined) this.#haveRead()
      else this.readDrives()
    })
  }

  /** Decides what to do from what is known of the peer. Only for a controller that is not part of the pair yet. */
  review(presence: 'unknown' | 'present' | 'gone'): void {
    if (this.#isReading || this.#parts.standing.phase === 'taking-over') return
    const { self, session } = this.#parts
    const elected = this.#elected
    const nvramRank = elected === undefined ? 0 : this.#nvramRank(elected.state)
    this.#take(firstStep({ self, elected, nvramRank, presence, peer: session.heard }))
  }

  #take(first: FirstStep): void {
    switch (first.step) {
      case 'claim-all':
        this.#serveAfterClaim(CONTROLLER_IDS, () => this.#parts.self)
        return
      case 'claim-preferred':
        this.#serveAfterClaim([this.#parts.self], ({ volumeId }, newest) => preferredOwner(newest, volumeId))
        return
      case 'join':
        this.#parts.standing.set('joining', first.reason)
        return
      case 'boot':
        this.#parts.standing.set('booting', first.reason)
        return
      case 'wait':
        this.#parts.standing.wait(first.reason)
        return
      case 'read-again':
        this.#readDrivesLater(first.reason)
    }
  }

  /** Read only before anything is served, so it does not change meanwhile. */
  #nvramRank(state: ArrayState): number {
    return this.#parts.store.state === undefined ? this.#parts.cache.rank(state) : 0
  }

  /** It could claim, if only the peer said something. */
  get waitsForPeer(): boolean {
    return this.#parts.standing.phase === 'waiting' && !this.#isReading && this.#elected?.quorum === true
  }

  #serveAfterClaim(portals: readonly ControllerId[], plan: ClaimPlan): void {
    this.#parts.midplane.raiseServingLine()
    this.#parts.standing.set('taking-over', undefined)
    this.#parts.volumes.holdForReplay()
    this.#parts.committer.pause(() =>
      makeClaim(this.#parts, { plan, cause: this.#parts.standing.cause, isColdStart: true }, (outcome) => {
        if (this.#parts.standing.isStopped) return
        if (outcome.ok) {
          for (const note of outcome.value.notes) this.#parts.log.add('warning', note)
          this.recover(() => this.#events.claimed(present(this.#parts.store.state, 'array state'), portals))
        } else if (outcome.error.code === 'superseded') this.#events.lost(outcome.error.reason)
        else this.#readDrivesLater(outcome.error.reason)
      }),
    )
  }

  /** Replays what an earlier incarnation left in this controller's NVRAM, before anything is served. */
  recover(then: () => void): void {
    const { self, cache, volumes, store, log, committer, standing } = this.#parts
    committer.resumeFirst()
    cache.recover(present(store.state, 'array state'), (outcome) => {
      if (standing.isStopped) return
      noteReplay(log, self, outcome)
      const { records, durationMs } = outcome
      if (records > 0) log.add('information', `Replayed ${records} records of the NVRAM log in ${durationMs.toFixed(1)} ms.`)
      volumes.adopt(present(store.state, 'array state'))
      then()
    })
  }
}

function preferredOwner(state: ArrayState, volumeId: number): ControllerId {
  return present(state.configuration.volumes.find(({ id }) => id === volumeId)?.preferredOwner, `volume ${volumeId}`)
}
