import { present } from '../../../base/assert'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import type { ClockPort, TracePort } from '../../ports'
import type { CachePorts, CacheStatus } from '../cache-status'
import type { GroupCommit } from '../log/group-commit'
import type { LiveLog } from '../log/live-log'
import type { LiveRecord } from '../log/live-record'
import type { NvramSlot } from '../log/slot'
import type { Settlement } from '../settle/settlement'
import { MirrorReceiver } from './mirror-receiver'
import { MirrorSender } from './mirror-sender'

export type NvramWords = Extract<PeerWords, { type: `nvram-${string}` }>

/** Partial parity passes the first two stages too. Its journal is told how far they are. */
export interface JournalStages {
  /** This controller's NVRAM has every record up to this one. */
  committed(sequence: number): void
  /** A new mirror begins. It has nothing yet. */
  mirrorBegun(): void
  /** The mirror has every record up to this one. */
  mirrored(sequence: number): void
}

export interface MirrorParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly status: CacheStatus
  readonly ports: CachePorts
  readonly slot: NvramSlot
  readonly live: LiveLog
  readonly group: GroupCommit
  readonly journal: JournalStages
  /** The next stage. */
  readonly settlement: Settlement
}

/**
 * The second stage of a write. Sends what this controller logs to the mirror at the peer, and hands a write on when the mirror
 * has it. Without a mirror it hands the write on at once. It also keeps the mirror of the peer's log here.
 *
 *     A: nvram-ready ─►   ◄─ nvram-ready          each has room for the other's log
 *     A: nvram-begin, nvram-append …, nvram-in-step ─►
 *                         ◄─ nvram-appended        the mirror has every record up to this one: hosts may be answered
 *                         ◄─ nvram-stamped         the mirror counts
 */
export class Mirror {
  readonly #parts: MirrorParts
  readonly #sender: MirrorSender
  readonly #receiver: MirrorReceiver
  #isPaired = false
  #peerIsReady = false
  #isInStep = false

  constructor(parts: MirrorParts) {
    const { self, clock, trace, status, slot } = parts
    this.#parts = parts
    const send = (words: PeerWords): void => this.#send(words)
    this.#sender = new MirrorSender({ self, clock, trace, status, log: slot.log, send })
    this.#receiver = new MirrorReceiver({ slot, status, answer: send })
  }

  /** The mirror at the peer counts. */
  get isInStep(): boolean {
    return this.#parts.status.mode === 'mirrored' && this.#isInStep
  }

  /** Takes records that are in the NVRAM of this controller, in the order of the log. */
  take(records: readonly LiveRecord[]): void {
    const { status, settlement, journal } = this.#parts
    if (status.mode === 'off') return
    for (const record of records) if (record.state === 'logged' && !record.isPartialParity) settlement.push(record)
    if (status.mode === 'mirrored') this.#sender.append(records)
    else if (status.mode === 'alone') settlement.settleAll()
    journal.committed(present(records.at(-1), 'a record').sequence)
  }

  /** Room in the log was given up. */
  trimmed(): void {
    this.#sender.trimmed()
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
    this.#receiver.end()
    const { status } = this.#parts
    if (status.mode === 'mirrored') status.mode = 'suspended'
  }

  /** This controller's mirror region is free for the peer's stream. */
  getReady(): void {
    if (!this.#isPaired || this.#parts.status.mode !== 'alone') return
    this.#send({ type: 'nvram-ready' })
    this.#begin()
  }

  /** What the peer says about either mirror. */
  hear(words: NvramWords): void {
    switch (words.type) {
      case 'nvram-ready':
        this.#peerIsReady = true
        return this.#begin()
      case 'nvram-appended':
        return this.#appended(words.sequence)
      case 'nvram-stamped':
        return this.#stamped()
      default:
        return this.#receiver.hear(words)
    }
  }

  /** Sends everything in the log first. From here on nothing is acknowledged without the mirror. */
  #begin(): void {
    const { status, group, journal, live } = this.#parts
    if (!this.#peerIsReady || !this.#isPaired || status.mode !== 'alone') return
    this.#isInStep = false
    // What this turn has logged is settled as before. What is logged from here on goes into the stream.
    group.commit()
    status.mode = 'mirrored'
    journal.mirrorBegun()
    this.#sender.begin(live.records())
  }

  #appended(sequence: number): void {
    const { status, journal, settlement } = this.#parts
    if (status.mode !== 'mirrored') return
    this.#sender.acknowledged(sequence)
    journal.mirrored(sequence)
    settlement.mirrored(sequence)
  }

  #stamped(): void {
    const { self, trace, ports } = this.#parts
    this.#isInStep = true
    trace.record({ place: `controller-${self}`, kind: 'nvram.in-step', to: `controller-${peerOf(self)}` })
    ports.holdsChanged()
  }

  #send(words: PeerWords): void {
    if (this.#isPaired) this.#parts.ports.send(words)
  }
}
