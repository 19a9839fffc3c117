import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { TracePort } from '../../ports'
import type { CacheMode } from './cache-mode'
import type { MirrorReceiver } from './mirror-receiver'

export type NvramWords = Extract<PeerWords, { type: `nvram-${string}` }>

export interface MirrorPairingParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly receiver: MirrorReceiver
  mode(): CacheMode
  send(words: PeerWords): void
  /** From here on nothing is acknowledged without the mirror: all that is in the log goes to it. */
  begin(): void
  /** The mirror has all up to this record. */
  appended(sequence: number): void
  /** Something changed on which it depends what this controller has to hold. */
  holdsChanged(): void
}

/** How far the two controllers are with each other's mirrors. */
export class MirrorPairing {
  readonly #parts: MirrorPairingParts
  #isPaired = false
  #peerIsReady = false
  #isInStep = false

  constructor(parts: MirrorPairingParts) {
    this.#parts = parts
  }

  /** The mirror at the peer counts. */
  get isInStep(): boolean {
    return this.#isInStep
  }

  /** The peer is a member and can be talked to. */
  paired(): void {
    this.#isPaired = true
    this.getReady()
  }

  lost(): void {
    this.#isPaired = false
    this.#peerIsReady = false
    this.#isInStep = false
    this.#parts.receiver.end()
  }

  /** What the peer says about either mirror. */
  hear(words: NvramWords): void {
    const { self, trace } = this.#parts
    switch (words.type) {
      case 'nvram-ready':
        this.#peerIsReady = true
        return this.#begin()
      case 'nvram-appended':
        return this.#parts.appended(words.sequence)
      case 'nvram-stamped':
        this.#isInStep = true
        trace.record({ place: `controller-${self}`, kind: 'nvram.in-step', to: `controller-${peerOf(self)}` })
        return this.#parts.holdsChanged()
      default:
        return this.#parts.receiver.hear(words)
    }
  }

  send(words: PeerWords): void {
    if (this.#isPaired) this.#parts.send(words)
  }

  /** This controller's mirror region is free for the peer's stream. */
  getReady(): void {
    if (!this.#isPaired || this.#parts.mode() !== 'alone') return
    this.send({ type: 'nvram-ready' })
    this.#begin()
  }

  #begin(): void {
    if (!this.#peerIsReady || !this.#isPaired || this.#parts.mode() !== 'alone') return
    this.#isInStep = false
    this.#parts.begin()
  }
}
