import { assert, present } from '../../../base/assert'
import type { PeerDescription, PeerMessage, PeerWords, SessionWords } from '../../../contract/interconnect'
import { LIMITS } from '../../../contract/limits'
import type { ClockPort, PeerPort, Timer } from '../../ports'
import type { ControllerTimings } from './timings'

/** The most messages that may be unconfirmed. Never reached, because every sender bounds its own calls. */
const UNCONFIRMED_LIMIT = LIMITS.unconfirmedMessages

/** What a session reports to the part that decides who is in the pair. */
export interface PeerSessionEvents {
  describe(): PeerDescription
  /** Both sides know each other's incarnation, so messages can flow. */
  peerMet(): void
  /** The peer described itself again, perhaps without a change. */
  peerDescribed(): void
  /** A newer incarnation was heard: the one before is gone for good, and the calls to it with it. */
  peerReplaced(): void
  peerSuspected(silenceMs: number): void
  peerRecovered(silenceMs: number): void
  /** Silent for `fenceAfterBeats`; repeated on every beat. */
  peerSilent(silenceMs: number): void
  /** The peer is powered, but it was silent for longer than a start may take; repeated on every beat. */
  peerUnmet(waitedMs: number): void
}

export interface PeerSessionParts {
  readonly clock: ClockPort
  readonly port: PeerPort
  readonly incarnation: number
  readonly timings: ControllerTimings
}

interface Unconfirmed {
  readonly number: number
  readonly words: PeerWords
  readonly again: (() => PeerWords) | undefined
}

/**
 * The session with the peer: heartbeats, and messages delivered in order and exactly once between two incarnations. Messages lost
 * in a short cut of the link are sent again, so a cut that ends before the fence is only a delay.
 *
 * Silence is counted in beats of this controller's own timer. A controller that was itself held up for a second has missed its
 * own beats too, so it does not take the peer for dead.
 */
export class PeerSession {
  readonly #parts: PeerSessionParts
  #events: PeerSessionEvents | undefined
  #hear: (words: PeerWords) => void = () => undefined
  #timer: Timer | undefined
  #peerIncarnation = 0
  /** Incarnations up to this one are known to be dead. */
  #deadIncarnation = 0
  #isPresent = false
  #established = false
  #description: PeerDescription | undefined
  #sent = 0
  #received = 0
  #resendAskedFor = 0
  #unconfirmed: Unconfirmed[] = []
  #missedBeats = 0
  #lastHeardMs: number | undefined

  constructor(parts: PeerSessionParts) {
    assert(parts.incarnation > 0, 'incarnations count from 1')
    this.#parts = parts
  }

  /** Call this first. `events` hears how the peer's status changes, `hear` each message of the peer. */
  heardBy(events: PeerSessionEvents, hear: (words: PeerWords) => void): void {
    assert(this.#events === undefined, 'who hears the session is said once')
    this.#events = events
    this.#hear = hear
  }

  /** The incarnation that this controller listens to; 0 if none yet. */
  get peerIncarnation(): number {
    return this.#peerIncarnation
  }

  get isEstablished(): boolean {
    return this.#established
  }

  /** What the peer last said of itself in this session, or in its greeting before it. */
  get description(): PeerDescription | undefined {
    return this.#description
  }

  /** The same, but undefined without a session or while the peer is suspected. */
  get heard(): PeerDescription | undefined {
    return this.#established && !this.isSuspected ? this.#description : undefined
  }

  get isSuspected(): boolean {
    return this.#established && this.#missedBeats >= this.#parts.timings.suspectAfterBeats
  }

  /** When the peer was last heard in this session. */
  get lastHeardMs(): number | undefined {
    return this.#lastHeardMs
  }

  start(): void {
    this.#beat()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#isPresent = false
    this.end()
  }

  /** Follows the presence line. Messages that arrive while the peer is absent come from a dead incarnation and are ignored. */
  setPresent(present: boolean): void {
    if (present === this.#isPresent) return
    this.#isPresent = present
    if (!present) this.end()
    else this.#post({ type: 'hello', description: this.#hearer.describe() })
  }

  /** The link went up or down: how long a peer that starts was silent before does not count. */
  linkChanged(): void {
    if (!this.#established) this.#missedBeats = 0
  }

  /** Forgets the session and ignores that incarnation of the peer from now on. */
  end(): void {
    this.#deadIncarnation = Math.max(this.#deadIncarnation, this.#peerIncarnation)
    this.#forget()
    this.#peerIncarnation = 0
  }

  /** Sends a heartbeat early, because the peer may be waiting for a change at this controller. */
  announce(): void {
    if (!this.#isPresent) return
    const description = this.#hearer.describe()
    this.#post(this.#established ? { type: 'heartbeat', description, sent: this.#sent } : { type: 'hello', description })
  }

  /** `again` gives the message to send instead if this one has to be sent again. */
  send(words: PeerWords, again?: () => PeerWords): void {
    assert(this.#established, () => `no session for ${words.type}`)
    assert(this.#unconfirmed.length < UNCONFIRMED_LIMIT, 'too many messages without confirmation')
    const number = ++this.#sent
    this.#unconfirmed.push({ number, words, again })
    this.#parts.port.send(this.#message(words, number))
  }

  receive(message: PeerMessage): void {
    if (!this.#isPresent || message.from <= this.#deadIncarnation || message.from < this.#peerIncarnation) return
    if (message.from > this.#peerIncarnation) this.#greet(message.from)
    this.#heard()
    const { words } = message
    if (words.type === 'hello' || words.type === 'heartbeat') this.#description = words.description
    if (message.to !== this.#parts.incarnation) {
      if (words.type === 'hello') this.announce()
      return
    }
    if (!this.#established) {
      this.#established = true
      this.announce()
      this.#hearer.peerMet()
    } else if (words.type === 'hello' || words.type === 'heartbeat') {
      this.#hearer.peerDescribed()
    }
    if (this.#established) this.#take(message)
  }

  #greet(incarnation: number): void {
    const hadPeer = this.#peerIncarnation !== 0
    if (hadPeer) this.end()
    this.#peerIncarnation = incarnation
    if (hadPeer) this.#hearer.peerReplaced()
  }

  #take(message: PeerMessage): void {
    const { words } = message
    this.#confirm(message.received)
    switch (words.type) {
      case 'hello':
        return
      case 'heartbeat':
        if (words.sent > this.#received) this.#askForResend(true)
        return
      case 'resend':
        this.#resend(words.firstNumber)
        return
      default:
        if (message.number === this.#received + 1) {
          this.#received++
          this.#hear(words)
        } else if (message.number > this.#received) {
          this.#askForResend(false)
        }
    }
  }

  #confirm(number: number): void {
    const first = this.#unconfirmed[0]
    if (first === undefined || number < first.number) return
    this.#unconfirmed.splice(0, number - first.number + 1)
  }

  #askForResend(again: boolean): void {
    const firstNumber = this.#received + 1
    if (!again && this.#resendAskedFor === firstNumber) return
    this.#resendAskedFor = firstNumber
    this.#post({ type: 'resend', firstNumber })
  }

  #resend(firstNumber: number): void {
    for (const { number, words, again } of this.#unconfirmed) {
      if (number >= firstNumber) this.#parts.port.send(this.#message(again?.() ?? words, number))
    }
  }

  #post(words: SessionWords): void {
    this.#parts.port.send(this.#message(words, 0))
  }

  #message(words: SessionWords | PeerWords, number: number): PeerMessage {
    return { from: this.#parts.incarnation, to: this.#peerIncarnation, number, received: this.#received, words }
  }

  #heard(): void {
    const silenceMs = this.silenceMs()
    const wasSuspected = this.isSuspected
    this.#lastHeardMs = this.#parts.clock.nowMs()
    this.#missedBeats = 0
    if (wasSuspected) this.#hearer.peerRecovered(silenceMs)
  }

  silenceMs(): number {
    return this.#lastHeardMs === undefined ? 0 : this.#parts.clock.nowMs() - this.#lastHeardMs
  }

  #beat(): void {
    const { clock, timings } = this.#parts
    this.#timer = clock.after(timings.heartbeatMs, () => this.#beat())
    this.announce()
    if (!this.#established) {
      this.#beatUnmet()
      return
    }
    this.#missedBeats++
    if (this.#missedBeats === timings.suspectAfterBeats) this.#hearer.peerSuspected(this.silenceMs())
    else if (this.#missedBeats >= timings.fenceAfterBeats) this.#hearer.peerSilent(this.silenceMs())
  }

  /** Any message of the peer resets the count. */
  #beatUnmet(): void {
    if (!this.#isPresent) return
    const { startWithinBeats, heartbeatMs } = this.#parts.timings
    this.#missedBeats++
    if (this.#missedBeats >= startWithinBeats) this.#hearer.peerUnmet(this.#missedBeats * heartbeatMs)
  }

  get #hearer(): PeerSessionEvents {
    return present(this.#events, 'a part that hears the session')
  }

  #forget(): void {
    this.#established = false
    this.#description = undefined
    this.#sent = 0
    this.#received = 0
    this.#resendAskedFor = 0
    this.#unconfirmed = []
    this.#missedBeats = 0
    this.#lastHeardMs = undefined
  }
}
