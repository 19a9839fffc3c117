import { present } from '../../../base/assert'
import type { ControllerId } from '../../../contract/controller-id'
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
  /** Something new is known, of the drives. */
  review(): void
  /** The claim is made and what the NVRAM had is replayed: the array is served here. */
  claimed(state: ArrayState): void
  /** The other one has made a newer claim. */
  lost(reason: string): void
}

/** The way of a controller from its start until it knows what to serve: what the drives say, what the peer says, the first claim. */
export class FirstClaim {
  readonly #parts: FirstClaimParts
  readonly #events: FirstClaimEvents
  /** The drives are being read, or will be: nothing is decided before. */
  #isReading = true
  #elected: Election | undefined

  constructor(parts: FirstClaimParts, events: FirstClaimEvents) {
    this.#parts = parts
    this.#events = events
  }

  describe(): PeerDescription {
    // Without a quorum what was read may change with the next try: the peer must not decide by it who leads.
    const state = this.#parts.store.state ?? (this.#elected?.quorum === true ? this.#elected.state : undefined)
    const description = { phase: this.#parts.standing.phase, generation: state?.generation ?? -1 }
    return state === undefined ? description : { ...description, nvramRank: this.#nvramRank(state) }
  }

  readDrives(): void {
    this.#isReading = true
    this.#parts.stateDrives.read(undefined, (election) => {
      this.#isReading = false
      if (this.#parts.store.state !== undefined) return
      this.#elected = election
      for (const note of election?.notes ?? []) this.#parts.log.add('warning', note)
      this.#parts.session.announce()
      this.#events.review()
    })
  }

  #readDrivesLater(reason: string): void {
    this.#parts.standing.wait(reason)
    if (this.#isReading) return
    this.#isReading = true
    this.#parts.clock.after(this.#parts.timings.retryMs, () => {
      this.#elected = undefined
      if (!this.#parts.standing.isStopped && this.#parts.store.state === undefined) this.readDrives()
    })
  }

  /** What to do with what is known of the peer, as long as this controller is not part of anything. */
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
        this.#serveAfterClaim(() => this.#parts.self)
        return
      case 'claim-preferred':
        this.#serveAfterClaim(({ volumeId }, newest) => preferredOwner(newest, volumeId))
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

  /** Only looked at before anything is served, so it does not change meanwhile. */
  #nvramRank(state: ArrayState): number {
    return this.#parts.store.state === undefined ? this.#parts.cache.rank(state) : 0
  }

  #serveAfterClaim(plan: ClaimPlan): void {
    this.#parts.standing.set('taking-over', undefined)
    this.#parts.volumes.holdForReplay()
    this.#parts.committer.pause(() =>
      makeClaim(this.#parts, { plan, cause: this.#parts.standing.cause }, (outcome) => {
        if (this.#parts.standing.isStopped) return
        if (outcome.ok) {
          for (const note of outcome.value.notes) this.#parts.log.add('warning', note)
          this.recover(() => this.#events.claimed(present(this.#parts.store.state, 'array state')))
        } else if (outcome.error.code === 'superseded') this.#events.lost(outcome.error.reason)
        else this.#readDrivesLater(outcome.error.reason)
      }),
    )
  }

  /** What this controller's NVRAM has of an earlier life, before anything is served. */
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
