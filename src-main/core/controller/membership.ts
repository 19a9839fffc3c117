import { assert, present } from '../../base/assert'
import type { ArrayState } from '../../contract/array-state'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { ControllerPhase, PeerDescription, PeerWords } from '../../contract/interconnect'
import type { TraceId, TraceKind } from '../../contract/trace'
import type { Election } from '../raid/election'
import { makeClaim, type ClaimPlan } from './claim'
import { firstStep, type FirstStep } from './first-step'
import { PeerCalls } from './peer-calls'
import type { PeerSession } from './peer-session'
import { noteReplay, Takeover, type TakeoverParts } from './takeover'
import type { TakeoverReason } from './takeover-record'

export interface MembershipEvents {
  /** The session with the peer is over: every call it was asked by is to be taken back. Nothing may be forwarded now. */
  peerLost(): void
  /** A takeover is complete, the peer's addresses included. */
  takenOver(): void
  /** The newcomer serves its own addresses: volumes may be given back. */
  peerJoined(cause: TraceId | undefined): void
  /** Phase, membership or reason: whatever depends on them may look again. */
  changed(): void
  /** The peer is about to halt this controller. */
  standDown(done: () => void): void
}

/**
 * Who is in the pair and what this controller may therefore do. It serves only once it knows how the other one stands:
 * welcomed by a serving peer, agreed with a peer that starts at the same time, or proven to be alone.
 */
export class Membership {
  readonly #self: ControllerId
  readonly #parts: TakeoverParts
  readonly #session: PeerSession
  readonly #events: MembershipEvents
  readonly #releases: PeerCalls<undefined>
  #phase: ControllerPhase = 'booting'
  #reason: string | undefined
  #presence: 'unknown' | 'present' | 'gone' = 'unknown'
  /** The peer's incarnation that the presence line last spoke of. */
  #presentIncarnation = 0
  /** The peer's incarnation that was reset because it did not even join. */
  #fencedIncarnation = 0
  #linkIsDown = false
  #peerIsMember = false
  #isStopped = false
  /** The drives are being read, or will be: nothing is decided before. */
  #isReading = true
  #elected: Election | undefined
  #takeover: Takeover | undefined
  /** The peer is halted on purpose. */
  #isPlanned = false
  #lastCause: TraceId | undefined

  constructor(parts: { readonly incarnation: number; readonly takeover: TakeoverParts; readonly session: PeerSession; readonly events: MembershipEvents }) {
    this.#self = parts.takeover.self
    this.#parts = parts.takeover
    this.#session = parts.session
    this.#events = parts.events
    this.#releases = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
  }

  get phase(): ControllerPhase {
    return this.#phase
  }

  /** Why it waits, for people. */
  get reason(): string | undefined {
    return this.#reason
  }

  get peerIsMember(): boolean {
    return this.#peerIsMember
  }

  get peerIsPresent(): boolean {
    return this.#presence === 'present'
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** The peer can be asked and serves what it owns. */
  get mayForward(): boolean {
    return this.#peerIsMember && this.#session.isEstablished && this.#phase !== 'taking-over' && !this.#isStopped
  }

  describe(): PeerDescription {
    // Without a quorum what was read may change with the next try: the peer must not decide by it who leads.
    const state = this.#parts.store.state ?? (this.#elected?.quorum === true ? this.#elected.state : undefined)
    const description = { phase: this.#phase, generation: state?.generation ?? -1 }
    return state === undefined ? description : { ...description, nvramRank: this.#nvramRank(state) }
  }

  start(): void {
    this.#lastCause = this.#record('controller.started', undefined)
    this.#session.start()
    this.#readDrives()
  }

  /** Serves nothing any more, for good: it lost the reset line or its claims, or it was told to stop. */
  stop(reason: string): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#wait(reason)
    this.#session.stop()
    this.#peerLost()
  }

  /**
   * Notices of the presence line come in their order, but not in that of the interconnect's messages: one of an earlier
   * incarnation than the one that is heard already says nothing any more.
   */
  setPresence(presence: 'present' | 'gone', incarnation: number): void {
    if (incarnation < Math.max(this.#presentIncarnation, this.#session.peerIncarnation) || this.#isStopped) return
    const hasEnded = incarnation === this.#presentIncarnation && this.#presence === 'gone'
    this.#presentIncarnation = incarnation
    if (presence === this.#presence || hasEnded) return
    this.#presence = presence
    this.#session.setPresent(presence === 'present')
    if (presence === 'gone') this.#peerGone('crash')
    else this.#decide()
  }

  setLink(state: 'up' | 'down'): void {
    this.#linkIsDown = state === 'down'
    this.#session.setLink(state)
  }

  peerMet(): void {
    this.#decide()
  }

  peerDescribed(): void {
    this.#decide()
  }

  /** A newer incarnation can only start when the one before it is gone. */
  peerReplaced(): void {
    this.#peerGone('crash')
  }

  peerSuspected(silenceMs: number): void {
    this.#lastCause = this.#record('peer.suspected', { silenceMs })
    this.#parts.log.add('warning', `Nothing was heard from controller ${this.#peerName} for ${silenceMs.toFixed(0)} ms.`)
    this.#decide()
  }

  peerRecovered(silenceMs: number): void {
    this.#record('peer.recovered', { silenceMs })
    this.#parts.log.add('information', `Controller ${this.#peerName} is heard again after ${silenceMs.toFixed(0)} ms.`)
    this.#decide()
  }

  peerSilent(): void {
    if (!this.#peerIsMember || this.#takeover !== undefined || this.#isStopped) return
    this.#beginTakeover(this.#linkIsDown ? 'interconnect' : 'hang', false)
  }

  /**
   * A newcomer that never speaks would stay there for ever, and the pair without redundancy. Nothing is taken over from it:
   * it is only reset, once. Only the one that serves may ask for that; one that waits may itself be what is wrong.
   */
  peerUnmet(waitedMs: number): void {
    if (this.#phase !== 'serving' || this.#takeover !== undefined || this.#fencedIncarnation >= this.#presentIncarnation) return
    this.#fencedIncarnation = this.#presentIncarnation
    this.#record('peer.unmet', { waitedMs })
    this.#parts.log.add('warning', `Controller ${this.#peerName} is powered and has not said a word for ${waitedMs.toFixed(0)} ms. It is reset.`)
    this.#parts.midplane.fencePeer((outcome) => {
      if (outcome === 'refused' && !this.#isStopped) this.#lost('the midplane gave the reset line to the other controller first')
    })
  }

  /** The peer is halted by this controller, after its volumes were moved away from it. */
  planTakeover(): void {
    this.#isPlanned = true
  }

  welcomed(words: Extract<PeerWords, { type: 'welcome' }>): void {
    assert(this.#parts.store.state === undefined && this.#takeover === undefined, 'a member of the pair was welcomed')
    this.#peerIsMember = true
    this.#setPhase('joining', undefined)
    this.#parts.volumes.holdForReplay()
    this.#parts.store.install(words.state)
    this.#lastCause = this.#record('controller.joined', { generation: words.state.generation })
    this.#parts.log.add('information', `Controller ${this.#peerName} has welcomed this controller into the pair.`)
    this.#recover(() => {
      if (this.#phase === 'joining') this.#takeAddresses()
    })
  }

  #takeAddresses(): void {
    this.#parts.cache.paired()
    const callId = this.#releases.begin((answer) => {
      if (answer !== 'peer-lost') this.#parts.portals.openFor(this.#self, () => this.#joined())
    })
    this.#session.send({ type: 'portals-release', callId })
  }

  released(callId: number): void {
    this.#releases.answer(callId, undefined)
  }

  releasePortals(callId: number): void {
    this.#parts.portals.closeFor(peerOf(this.#self), () => {
      this.#events.changed()
      this.#answer({ type: 'portals-released', callId })
    })
  }

  peerJoined(): void {
    this.#parts.log.add('information', `Controller ${this.#peerName} has joined the pair.`)
    this.#events.peerJoined(this.#lastCause)
  }

  standDown(callId: number): void {
    this.#events.standDown(() => this.#answer({ type: 'stood-down', callId }))
  }

  #answer(words: PeerWords): void {
    if (this.#session.isEstablished) this.#session.send(words)
  }

  get #peerName(): string {
    return peerOf(this.#self).toUpperCase()
  }

  // Boot

  #readDrives(): void {
    this.#isReading = true
    this.#parts.drives.read(undefined, (election) => {
      this.#isReading = false
      if (this.#parts.store.state !== undefined) return
      this.#elected = election
      for (const note of election?.notes ?? []) this.#parts.log.add('warning', note)
      this.#session.announce()
      this.#decide()
    })
  }

  #readDrivesLater(reason: string): void {
    this.#wait(reason)
    if (this.#isReading) return
    this.#isReading = true
    this.#parts.clock.after(this.#parts.retryMs, () => {
      this.#elected = undefined
      if (!this.#isStopped && this.#parts.store.state === undefined) this.#readDrives()
    })
  }

  /** What to do with what is known of the peer, as long as this controller is not part of anything. */
  #decide(): void {
    if (this.#isStopped) return
    if (this.#parts.store.state !== undefined) {
      this.#reconsider()
      return
    }
    if (this.#isReading || this.#phase === 'taking-over') return
    const peer = this.#session.isEstablished && !this.#session.isSuspected ? this.#session.description : undefined
    this.#take(firstStep({ self: this.#self, elected: this.#elected, nvramRank: this.#elected === undefined ? 0 : this.#nvramRank(this.#elected.state), presence: this.#presence, peer }))
  }

  #take(first: FirstStep): void {
    switch (first.step) {
      case 'claim-all':
        this.#serveAfterClaim(() => this.#self)
        return
      case 'claim-preferred':
        this.#serveAfterClaim(({ volumeId }, newest) => preferredOwner(newest, volumeId))
        return
      case 'join':
        this.#setPhase('joining', first.reason)
        return
      case 'boot':
        this.#setPhase('booting', first.reason)
        return
      case 'wait':
        this.#wait(first.reason)
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
    this.#setPhase('taking-over', undefined)
    this.#parts.volumes.holdForReplay()
    this.#parts.committer.pause(() =>
      makeClaim(this.#parts, { plan, cause: this.#lastCause }, (outcome) => {
        if (this.#isStopped) return
        if (outcome.ok) {
          for (const note of outcome.value.notes) this.#parts.log.add('warning', note)
          this.#recover(() => this.#firstClaimMade(present(this.#parts.store.state, 'array state')))
        } else if (outcome.error.code === 'superseded') this.#lost(outcome.error.reason)
        else this.#readDrivesLater(outcome.error.reason)
      }),
    )
  }

  /** What this controller's NVRAM has of an earlier life, before anything is served. */
  #recover(then: () => void): void {
    const { cache, volumes, store, log, committer } = this.#parts
    committer.resumeFirst()
    cache.recover(present(store.state, 'array state'), (outcome) => {
      if (this.#isStopped) return
      noteReplay(log, this.#self, outcome)
      if (outcome.records > 0) log.add('information', `${outcome.records} records of the NVRAM log were replayed in ${outcome.durationMs.toFixed(1)} ms.`)
      volumes.adopt(present(store.state, 'array state'))
      then()
    })
  }

  #firstClaimMade(state: ArrayState): void {
    this.#parts.drives.flush(state, this.#parts.volumes.claimIsBeingFlushed())
    this.#parts.portals.openFor(this.#self, () => this.#events.changed())
    if (this.#presence === 'gone') this.#parts.portals.openFor(peerOf(this.#self), () => this.#events.changed())
    this.#serving()
  }

  #joined(): void {
    if (this.#isStopped || this.#phase !== 'joining') return
    this.#answer({ type: 'joined', generation: present(this.#parts.store.state, 'array state').generation })
    this.#serving()
  }

  #serving(): void {
    this.#setPhase('serving', undefined)
    this.#lastCause = this.#record('controller.serving', { generation: this.#parts.store.state?.generation ?? 0 })
    this.#parts.log.add('information', `Controller ${this.#self.toUpperCase()} serves.`)
    this.#parts.committer.resume()
    this.#session.announce()
    this.#reconsider()
  }

  // With a state

  /** A peer that is lost is taken over from, one that has come is welcomed. */
  #reconsider(): void {
    if (this.#phase !== 'serving' || this.#takeover !== undefined) return
    if (!this.#session.isEstablished) {
      if (this.#presence === 'gone' && this.#peerHasSomething()) this.#beginTakeover('crash', true)
    } else if (!this.#peerIsMember) {
      this.#welcome()
    }
  }

  /** From here on every commit goes to the newcomer too: messages arrive in order, so it has this state first. */
  #welcome(): void {
    this.#peerIsMember = true
    this.#session.send({ type: 'welcome', state: present(this.#parts.store.state, 'array state') })
    this.#parts.cache.paired()
    this.#parts.volumes.settle()
    this.#events.changed()
  }

  #peerHasSomething(): boolean {
    const peer = peerOf(this.#self)
    const state = this.#parts.store.state
    return state !== undefined && (state.serviceOwner === peer || state.ownership.some(({ owner, heldBy }) => owner === peer && heldBy !== peer) || !this.#parts.portals.isWanted(peer))
  }

  #peerGone(reason: TakeoverReason): void {
    if (this.#takeover !== undefined) {
      this.#takeover.peerIsGone('gone')
      return
    }
    const wasMember = this.#peerIsMember
    if (wasMember) this.#beginTakeover(this.#isPlanned ? 'planned' : reason, true)
    else if (!this.#isStopped) {
      this.#peerLost()
      this.#decide()
    }
  }

  #peerLost(): void {
    this.#peerIsMember = false
    this.#releases.lose()
    this.#events.peerLost()
  }

  #beginTakeover(reason: TakeoverReason, isGone: boolean): void {
    const heardAtMs = this.#session.lastHeardMs ?? this.#parts.clock.nowMs()
    // The presence line drops when the peer dies; silence began when it was last heard.
    const startedAtMs = isGone ? this.#parts.clock.nowMs() : heardAtMs
    this.#setPhase('taking-over', undefined)
    this.#takeover = new Takeover(
      this.#parts,
      {
        fenced: (proof) => {
          if (proof === 'reset') this.#session.end()
          this.#peerLost()
        },
        adopted: () => {
          this.#takeover = undefined
          this.#isPlanned = false
          this.#serving()
        },
        completed: () => this.#events.takenOver(),
        lost: (lostReason) => this.#lost(lostReason),
      },
      { reason, startedAtMs, cause: this.#lastCause },
    )
    this.#takeover.begin(isGone)
  }

  /** The other one is the owner now. Nothing more is acknowledged here. */
  #lost(reason: string): void {
    this.#parts.log.add('error', `Controller ${this.#self.toUpperCase()} stops serving: ${reason}.`)
    this.stop(reason)
  }

  #wait(reason: string): void {
    if (this.#phase === 'waiting' && this.#reason === reason) return
    this.#setPhase('waiting', reason)
    this.#record('controller.waiting', { reason })
    this.#parts.log.add('warning', `Controller ${this.#self.toUpperCase()} waits: ${reason}.`)
  }

  #setPhase(phase: ControllerPhase, reason: string | undefined): void {
    if (this.#phase === phase && this.#reason === reason) return
    this.#phase = phase
    this.#reason = reason
    this.#session.announce()
    this.#events.changed()
  }

  #record(kind: TraceKind, data: { readonly [key: string]: string | number } | undefined): TraceId {
    return this.#parts.trace.record({ place: `controller-${this.#self}`, kind, cause: this.#lastCause, data })
  }
}

function preferredOwner(state: ArrayState, volumeId: number): ControllerId {
  return present(state.configuration.volumes.find(({ id }) => id === volumeId)?.preferredOwner, `volume ${volumeId}`)
}
