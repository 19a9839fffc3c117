import { present } from '../../../base/assert'
import { ok } from '../../../base/result'
import type { PeerWords } from '../../../contract/interconnect'
import { PeerCalls } from '../peer/peer-calls'
import { LOST_LOG, withLostHolds } from './unknown-stripes'
import type { FirstClaim, FirstClaimParts } from './first-claim'

export interface JoiningParts extends FirstClaimParts {
  readonly incarnation: number
}

/** How a newcomer gets into the pair: welcomed by the peer, it replays what its NVRAM has, and takes back its addresses. */
export class Joining {
  readonly #parts: JoiningParts
  readonly #first: FirstClaim
  /** The peer was told, and this controller may serve. */
  readonly #joined: () => void
  readonly #releases: PeerCalls<undefined>

  constructor(parts: JoiningParts, first: FirstClaim, joined: () => void) {
    this.#parts = parts
    this.#first = first
    this.#joined = joined
    this.#releases = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
  }

  welcomed(words: Extract<PeerWords, { type: 'welcome' }>): void {
    const { standing, volumes, store, log, midplane } = this.#parts
    standing.peerIsMember = true
    midplane.raiseServingLine()
    standing.set('joining', undefined)
    volumes.holdForReplay()
    store.install(words.state)
    standing.recordCause('controller.joined', { generation: words.state.generation })
    log.add('information', `Controller ${standing.peerName} has welcomed this controller into the pair.`)
    this.#first.whenRead(() => {
      if (standing.phase !== 'joining') return
      this.#suspectStrangers(() =>
        this.#admitLoss(() =>
          this.#first.recover(() => {
            if (standing.phase === 'joining') this.#takeAddresses()
          }),
        ),
      )
    })
  }

  /**
   * Measures the drives by what the peer says: since they were read, some may have been exchanged, and the peer may have rebuilt them.
   * It may have other files open than this controller, so only this one knows which are strangers here. No replay may use them.
   */
  #suspectStrangers(then: () => void): void {
    const { stateDrives, store, volumes, standing } = this.#parts
    stateDrives.measure(present(store.state, 'array state'), () => {
      if (standing.phase !== 'joining') return
      for (const group of volumes.groups()) for (const drive of stateDrives.strangers) group.suspect(drive)
      then()
    })
  }

  /**
   * If the log of what this controller holds is lost, that is committed before its NVRAM looks like a new one. If the peer dies
   * before that, the takeover says it with its claim, and does the rest.
   */
  #admitLoss(then: () => void): void {
    const { self, cache, store, committer, log, clock, timings, standing } = this.#parts
    const isJoining = (): boolean => standing.phase === 'joining'
    const state = present(store.state, 'array state')
    if (!isJoining()) return
    if (!cache.hasLostLog(state) || !state.ownership.some(({ heldBy }) => heldBy === self)) return then()
    committer.resumeFirst()
    committer.commitFirst(
      (newest) => ok(isJoining() ? withLostHolds(newest, self) : newest),
      (outcome) => {
        if (!outcome.ok) clock.after(timings.retryMs, () => this.#admitLoss(then))
        else if (isJoining()) {
          log.add('error', LOST_LOG)
          then()
        }
      },
    )
  }

  /** The peer serves this controller's addresses no more. */
  released(callId: number): void {
    this.#releases.answer(callId, undefined)
  }

  peerLost(): void {
    this.#releases.lose()
  }

  #takeAddresses(): void {
    const { self, cache, session, portals } = this.#parts
    cache.paired()
    const callId = this.#releases.begin((answer) => {
      if (answer !== 'peer-lost') portals.openFor(self, () => this.#join())
    })
    session.send({ type: 'portals-release', callId })
  }

  #join(): void {
    const { standing, session, store } = this.#parts
    if (standing.isStopped || standing.phase !== 'joining') return
    if (session.isEstablished) session.send({ type: 'joined', generation: present(store.state, 'array state').generation })
    this.#joined()
  }
}
