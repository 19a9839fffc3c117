import { assert, present } from '../../../base/assert'
import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerDescription, PeerWords } from '../../../contract/interconnect'
import type { ControllerEnd, TakeoverReason } from '../../../contract/snapshot'
import type { TraceId } from '../../../contract/trace'
import { makeStable } from './claim'
import { FirstClaim } from './first-claim'
import { Joining, type JoiningParts } from './joining'
import type { PeerSessionEvents } from '../peer/peer-session'
import type { Signal } from '../peer/signal'
import type { PairStanding } from '../peer/standing'
import { Takeover } from './takeover'

export interface MembershipParts extends JoiningParts {
  /** Phase, membership, addresses or array state. */
  readonly changed: Signal
  /** The session with the peer is over: every call it was asked by is to be taken back. Nothing may be forwarded now. */
  readonly peerLost: Signal
  /** The newcomer serves its own addresses: volumes may be given back. */
  readonly peerJoined: Signal<[cause: TraceId | undefined]>
  /** A takeover is complete, the peer's addresses included. */
  readonly takenOver: Signal
}

/**
 * Who is in the pair and what this controller may therefore do. It serves only once it knows how the other one stands:
 * welcomed by a serving peer, agreed with a peer that starts at the same time, or proven to be alone.
 */
export class Membership implements PeerSessionEvents {
  readonly #parts: MembershipParts
  readonly #standing: PairStanding
  readonly #first: FirstClaim
  readonly #joining: Joining
  /** The peer's incarnation that the presence line last spoke of. */
  #presentIncarnation = 0
  /** The peer's incarnation that was reset because it did not even join. */
  #fencedIncarnation = 0
  #linkIsDown = false
  #takeover: Takeover | undefined
  /** The peer is halted on purpose. */
  #isPlanned = false
  /** How the last incarnation of the peer ended. */
  #peerEnd: ControllerEnd = 'crash'

  constructor(parts: MembershipParts) {
    this.#parts = parts
    this.#standing = parts.standing
    this.#first = new FirstClaim(parts, {
      review: () => this.#review(),
      claimed: (state, portals) => this.#firstClaimMade(state, portals),
      lost: (reason) => this.#lost(reason),
    })
    this.#joining = new Joining(parts, this.#first, () => this.#serving())
  }

  describe(): PeerDescription {
    return this.#first.describe()
  }

  start(): void {
    this.#standing.recordCause('controller.started')
    this.#parts.session.start()
    this.#first.readDrives()
  }

  /** Serves nothing any more, for good: it lost the reset line or its claims, or it was told to stop. */
  stop(reason: string): void {
    if (this.#standing.isStopped) return
    this.#standing.stop(reason)
    this.#parts.session.stop()
    this.#peerLost()
  }

  /** A drive refused this controller's claim of service: it starts over and asks to join. */
  claimLost(): void {
    this.stop('the other controller has claimed the array')
    this.#parts.midplane.requestRestart(this.#parts.self, "its claim is older than the other controller's")
  }

  /**
   * Notices of the presence line come in their order, but not in that of the interconnect's messages: one of an earlier
   * incarnation than the one that is heard already says nothing any more.
   */
  setPresence(presence: 'present' | 'gone', incarnation: number, end: ControllerEnd = 'crash'): void {
    if (incarnation < Math.max(this.#presentIncarnation, this.#parts.session.peerIncarnation) || this.#standing.isStopped) return
    const hasEnded = incarnation === this.#presentIncarnation && this.#standing.presence === 'gone'
    this.#presentIncarnation = incarnation
    if (presence === this.#standing.presence || hasEnded) return
    this.#standing.presence = presence
    this.#parts.session.setPresent(presence === 'present')
    this.#peerEnd = end
    if (presence === 'gone') this.#peerGone(end)
    else this.#review()
  }

  setLink(state: 'up' | 'down'): void {
    this.#linkIsDown = state === 'down'
    this.#parts.session.linkChanged()
  }

  peerMet(): void {
    this.#review()
  }

  peerDescribed(): void {
    this.#review()
  }

  /** A newer incarnation can only start when the one before it is gone. */
  peerReplaced(): void {
    this.#peerGone('crash')
  }

  peerSuspected(silenceMs: number): void {
    this.#standing.recordCause('peer.suspected', { silenceMs })
    this.#parts.log.add('warning', `Controller ${this.#standing.peerName} has been silent for ${silenceMs.toFixed(0)} ms.`)
    this.#review()
  }

  peerRecovered(silenceMs: number): void {
    this.#standing.record('peer.recovered', { silenceMs })
    this.#parts.log.add('information', `Controller ${this.#standing.peerName} is back after ${silenceMs.toFixed(0)} ms of silence.`)
    this.#review()
  }

  peerSilent(): void {
    if (!this.#standing.peerIsMember || this.#takeover !== undefined || this.#standing.isStopped) return
    this.#beginTakeover(this.#linkIsDown ? 'interconnect' : 'hang', false)
  }

  /**
   * A newcomer that never speaks would stay there for ever, and the pair without redundancy. Nothing is taken over from it:
   * it is only reset, once.
   */
  peerUnmet(waitedMs: number): void {
    if (!this.#mayResetUnmet() || this.#takeover !== undefined || this.#fencedIncarnation >= this.#presentIncarnation) return
    this.#fencedIncarnation = this.#presentIncarnation
    this.#standing.record('peer.unmet', { waitedMs })
    const { peerName } = this.#standing
    this.#parts.log.add(
      'warning',
      `Controller ${peerName} is running but has been silent for ${waitedMs.toFixed(0)} ms since it started. It will be reset.`,
    )
    this.#parts.midplane.fencePeer((outcome) => {
      if (outcome === 'refused' && !this.#standing.isStopped) this.#lost('the midplane gave the reset line to the other controller first')
    })
  }

  /**
   * The one that serves resets a silent newcomer, unless a cut keeps the two apart. Where neither serves, for example because both
   * started while the link was cut, one must: the midplane decides which, since it grants one reset line only. A silent peer that
   * serves is left alone. If it hangs, the watchdog ends it.
   */
  #mayResetUnmet(): boolean {
    if (this.#standing.phase === 'serving') return !this.#linkIsDown
    return this.#first.waitsForPeer && !this.#parts.midplane.peerServes()
  }

  /** The peer is halted by this controller, after its volumes were moved away from it. */
  planTakeover(): void {
    this.#isPlanned = true
  }

  welcomed(words: Extract<PeerWords, { type: 'welcome' }>): void {
    assert(this.#parts.store.state === undefined && this.#takeover === undefined, 'a member of the pair was welcomed')
    this.#joining.welcomed(words)
  }

  released(callId: number): void {
    this.#joining.released(callId)
  }

  releasePortals(callId: number): void {
    this.#parts.portals.closeFor(peerOf(this.#parts.self), () => {
      this.#parts.changed.tell()
      if (this.#parts.session.isEstablished) this.#parts.session.send({ type: 'portals-released', callId })
    })
  }

  peerJoined(): void {
    this.#parts.log.add('information', `Controller ${this.#standing.peerName} has joined the pair.`)
    this.#parts.peerJoined.tell(this.#standing.cause)
  }

  #review(): void {
    if (this.#standing.isStopped) return
    if (this.#parts.store.state === undefined) this.#first.review(this.#standing.presence)
    else this.#reviewPeer()
  }

  #firstClaimMade(state: ArrayState, portals: readonly ControllerId[]): void {
    makeStable(this.#parts, state)
    // The peer, should it be there by now, gets its own back when it joins. A cut may keep it from that for long.
    for (const of of portals) this.#parts.portals.openFor(of, () => this.#parts.changed.tell())
    this.#serving()
  }

  #serving(): void {
    this.#standing.set('serving', undefined)
    this.#standing.recordCause('controller.serving', { generation: this.#parts.store.state?.generation ?? 0 })
    this.#parts.log.add('information', `Controller ${this.#parts.self.toUpperCase()} serves.`)
    this.#parts.committer.resume()
    this.#parts.session.announce()
    this.#reviewPeer()
  }

  // With a state

  /** A peer that is lost is taken over from, one that has come is welcomed. */
  #reviewPeer(): void {
    if (this.#standing.phase !== 'serving' || this.#takeover !== undefined) return
    if (!this.#parts.session.isEstablished) {
      if (this.#standing.presence === 'gone' && this.#peerHasSomething()) this.#beginTakeover(this.#peerEnd, true)
    } else if (!this.#standing.peerIsMember) {
      this.#welcome()
    }
  }

  /** From here on every commit goes to the newcomer too: messages arrive in order, so it has this state first. */
  #welcome(): void {
    this.#standing.peerIsMember = true
    this.#parts.session.send({ type: 'welcome', state: present(this.#parts.store.state, 'array state') })
    this.#parts.cache.paired()
    this.#parts.volumes.review()
    this.#parts.changed.tell()
  }

  #peerHasSomething(): boolean {
    const {
      self,
      store: { state },
      portals,
    } = this.#parts
    if (state === undefined) return false
    const peer = peerOf(self)
    const ownsVolumes = state.ownership.some(({ owner, heldBy }) => owner === peer && heldBy !== peer)
    return state.serviceOwner === peer || ownsVolumes || !portals.isWanted(peer)
  }

  #peerGone(reason: TakeoverReason): void {
    if (this.#takeover !== undefined) {
      this.#takeover.peerIsGone('gone')
      return
    }
    const wasMember = this.#standing.peerIsMember
    if (wasMember) this.#beginTakeover(this.#isPlanned ? 'planned' : reason, true)
    else if (!this.#standing.isStopped) {
      this.#peerLost()
      this.#review()
    }
  }

  #peerLost(): void {
    this.#standing.peerIsMember = false
    this.#joining.peerLost()
    this.#parts.peerLost.tell()
  }

  #beginTakeover(reason: TakeoverReason, isGone: boolean): void {
    const heardAtMs = this.#parts.session.lastHeardMs ?? this.#parts.clock.nowMs()
    // The presence line drops when the peer dies; silence began when it was last heard.
    const startedAtMs = isGone ? this.#parts.clock.nowMs() : heardAtMs
    this.#standing.set('taking-over', undefined)
    this.#takeover = new Takeover(
      this.#parts,
      {
        fenced: (proof) => {
          if (proof === 'reset') this.#parts.session.end()
          this.#peerLost()
        },
        adopted: () => {
          this.#takeover = undefined
          this.#isPlanned = false
          this.#serving()
        },
        completed: () => this.#parts.takenOver.tell(),
        lost: (lostReason) => this.#lost(lostReason),
      },
      { reason, startedAtMs, cause: this.#standing.cause },
    )
    this.#takeover.begin(isGone)
  }

  /** The other one is the owner now. Nothing more is acknowledged here. */
  #lost(reason: string): void {
    this.#parts.log.add('error', `Controller ${this.#parts.self.toUpperCase()} stops serving: ${reason}.`)
    this.stop(reason)
  }
}
