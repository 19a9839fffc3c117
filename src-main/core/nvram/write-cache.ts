import { present } from '../../base/assert'
import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { PeerWords } from '../../contract/interconnect'
import type { NvramReport } from '../../contract/snapshot'
import type { ClockPort, NvramPort, TracePort, TraceTag, TurnPort } from '../ports'
import { mirrorReportOf, type CacheMode } from './mirror/cache-mode'
import { CacheRecovery, type RecoveryOutcome } from './replay/cache-recovery'
import type { CacheWrite } from './log/cache-write'
import { Destager } from './destage/destager'
import { GroupCommit } from './log/group-commit'
import type { DirtyRead } from './destage/dirty-read'
import { LiveLog } from './log/live-log'
import type { CacheOutcome, LiveRecord, VolumePlace } from './log/live-record'
import { MirrorPairing, type NvramWords } from './mirror/mirror-pairing'
import { MirrorReceiver } from './mirror/mirror-receiver'
import { MirrorSender } from './mirror/mirror-sender'
import { recordBytes } from './log/record'
import { Settlement } from './settle/settlement'
import { NvramSlot } from './log/slot'
import { journalBytesOf, mostBlocksOf, StripeJournal } from './destage/stripe-journal'
import { WaitingWrites } from './log/waiting-writes'

export interface WriteCacheSurroundings {
  /** Undefined where this controller may not write the volume. */
  place(volumeId: number): VolumePlace | undefined
  ownershipLost(volumeId: number): void
  /** Whether acknowledged data of the volume may be in this NVRAM alone: by policy, and said on the drives. */
  mayKeepUnmirrored(volumeId: number): boolean
  /** Something changed on which it depends what this controller has to hold. */
  holdsChanged(): void
  send(words: PeerWords): void
}

/**
 * The write-back cache of one controller: a write is logged in its NVRAM, mirrored into the peer's, acknowledged, brought
 * to the drives later, and trimmed. While the peer is away a write is acknowledged only when it is on the drives, or on
 * request when it is in this NVRAM; it is logged first in any case, so that a replay finds every stripe that may have been
 * left in the middle of an update. Where the log has no room, writes wait in the order in which they came.
 *
 * A read sees a write from the moment at which it can no longer be lost, not before.
 */
export class WriteCache {
  readonly #slot: NvramSlot
  readonly #surroundings: WriteCacheSurroundings
  readonly #destager: Destager
  readonly #settlement: Settlement
  readonly #recovery: CacheRecovery
  readonly #waiting: WaitingWrites
  readonly #live: LiveLog
  readonly #group: GroupCommit
  readonly #journal: StripeJournal
  readonly #sender: MirrorSender
  readonly #pairing: MirrorPairing
  #mode: CacheMode = 'off'
  #state: ArrayState | undefined

  constructor(parts: {
    readonly self: ControllerId
    readonly clock: ClockPort
    readonly turn: TurnPort
    readonly trace: TracePort
    readonly nvram: NvramPort
    readonly surroundings: WriteCacheSurroundings
  }) {
    this.#surroundings = parts.surroundings
    this.#slot = new NvramSlot(parts.nvram, parts.self)
    const { log } = this.#slot
    this.#live = new LiveLog(log, parts.clock, (record) => this.#destager.isPinned(record))
    this.#group = new GroupCommit({ turn: parts.turn, log, committed: (records) => this.#committed(records) })
    const { surroundings } = parts
    this.#pairing = new MirrorPairing({
      self: parts.self,
      trace: parts.trace,
      receiver: new MirrorReceiver(this.#slot, { mirrorEpoch: () => this.#state?.mirrorEpoch ?? 0, answer: (words) => this.#pairing.send(words) }),
      mode: () => this.#mode,
      send: (words) => surroundings.send(words),
      begin: () => this.#beginStream(),
      appended: (sequence) => this.#mirrored(sequence),
      holdsChanged: () => surroundings.holdsChanged(),
    })
    this.#sender = new MirrorSender({
      self: parts.self,
      clock: parts.clock,
      trace: parts.trace,
      log,
      isMirrored: () => this.#mode === 'mirrored',
      send: (words) => this.#pairing.send(words),
    })
    this.#waiting = new WaitingWrites({
      mostBlocks: mostBlocksOf(log.capacityBytes),
      hasRoom: (io) => this.#hasRoom(io),
      append: ({ io, done }) => this.#append(io, done),
      makeRoom: () => {
        this.#destager.relieve()
        if (this.#destager.hasFailed) this.#trim()
      },
    })
    this.#journal = new StripeJournal({
      self: parts.self,
      trace: parts.trace,
      live: this.#live,
      mode: () => this.#mode,
      logged: (record) => this.#group.add(record),
      released: () => this.#trim(),
    })
    this.#destager = new Destager({
      self: parts.self,
      clock: parts.clock,
      trace: parts.trace,
      place: (volumeId) => surroundings.place(volumeId),
      ownershipLost: (volumeId) => surroundings.ownershipLost(volumeId),
      recordDone: (record) => {
        this.#live.close(record)
        this.#trim()
      },
      cover: (volumeId, place) => this.#journal.cover(volumeId, place),
      cleaned: () => surroundings.holdsChanged(),
      fill: () => log.usedBytes / log.capacityBytes,
      isCrowded: () => (log.usedBytes + this.#live.reservedBytes) * 2 > log.capacityBytes,
    })
    const { self, clock, trace } = parts
    const place = (volumeId: number): VolumePlace | undefined => surroundings.place(volumeId)
    this.#recovery = new CacheRecovery({ self, clock, trace, slot: this.#slot, live: this.#live, destager: this.#destager, place })
    this.#settlement = new Settlement({
      destager: this.#destager,
      place: (volumeId) => surroundings.place(volumeId),
      mayKeepUnmirrored: (volumeId) => surroundings.mayKeepUnmirrored(volumeId),
    })
  }

  // Volumes

  read(io: DirtyRead, done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void): void {
    this.#destager.read(io, done)
  }

  write(io: CacheWrite, done: (outcome: CacheOutcome<undefined>) => void): void {
    if (this.#mode === 'off') done({ ok: false, fault: 'stopped' })
    else this.#waiting.push(io, done)
  }

  /** All that was acknowledged before is on stable storage at `done`. */
  flush(io: { readonly volumeId: number; readonly place: VolumePlace; readonly trace: TraceTag | undefined }, done: (outcome: CacheOutcome<undefined>) => void): void {
    this.#destager.clean(io.volumeId, (fault) => {
      if (fault === undefined) io.place.group.flush({ cause: io.trace?.cause }, done)
      else done({ ok: false, fault })
    })
  }

  /** Brings all of a volume to the drives. Nothing of it may be under way. */
  clean(volumeId: number, done: (isClean: boolean) => void): void {
    this.#destager.clean(volumeId, (fault) => done(fault === undefined))
  }

  /** Forgets a volume that was deleted or that somebody else owns. */
  drop(volumeId: number): void {
    this.#destager.drop(volumeId)
  }

  // Claims and replay

  rank(state: ArrayState): number {
    return this.#slot.rank(state)
  }

  /** Whether a replay finds every stripe that the peer may have left half updated. */
  knowsPeer(state: ArrayState): boolean {
    return this.#slot.mirrorCounts(state)
  }

  /** Before a claim with the mirror epoch `next`. Gives the volumes of which this NVRAM has what the drives may not have. */
  prepareClaim(standing: ArrayState, next: number): ReadonlySet<number> {
    this.#slot.prepareClaim(standing, next)
    const regions = this.#mode === 'off' ? (['mirror', 'log'] as const) : (['mirror'] as const)
    const records = regions.flatMap((region) => this.#slot.valid(region, standing))
    return new Set([...records.map(({ volumeId }) => volumeId), ...this.#destager.dirtyVolumes()])
  }

  /**
   * The claim, or the welcome, stands. Replays what counts: of a newcomer all of its slot, of a survivor the mirror, since
   * its own log lives on. From `done` on this controller acknowledges writes by itself.
   */
  recover(state: ArrayState, done: (outcome: RecoveryOutcome) => void): void {
    this.#state = state
    // At once: the replay may have to wait for stripes that these hold.
    this.#journal.mirrorLeftOut()
    this.#recovery.run(state, this.#mode === 'off', (outcome) => {
      this.#mode = 'alone'
      this.#settleAll()
      this.#pairing.getReady()
      this.#surroundings.holdsChanged()
      done(outcome)
    })
  }

  installed(state: ArrayState): void {
    this.#state = state
  }

  // The pair

  /** The peer is a member and can be talked to. */
  paired(): void {
    this.#pairing.paired()
  }

  peerLost(): void {
    this.#pairing.lost()
    if (this.#mode === 'mirrored') this.#mode = 'suspended'
  }

  /** What the peer says about either mirror. */
  hear(words: NvramWords): void {
    this.#pairing.hear(words)
  }

  /** Acknowledges nothing any more. What is logged stays for whoever may replay it. */
  stop(): void {
    this.#recovery.cancel()
    this.#mode = 'off'
    this.#destager.stop()
    const unstable = [...this.#settlement.takeAll(), ...this.#group.takeAll()]
    const waiting = this.#waiting.takeAll()
    this.#journal.stop()
    for (const { finish } of unstable) finish({ ok: false, fault: 'stopped' })
    for (const { done } of waiting) done({ ok: false, fault: 'stopped' })
  }

  /** Brings everything to the drives, as far as they take it. */
  cleanAll(done: () => void): void {
    const volumes = this.#destager.dirtyVolumes()
    let left = volumes.length + 1
    const finish = (): void => {
      if (--left === 0) done()
    }
    for (const volumeId of volumes) this.#destager.clean(volumeId, finish)
    finish()
  }

  // Reports

  get isMirrorInStep(): boolean {
    return this.#mode === 'mirrored' && this.#pairing.isInStep
  }

  get isAlone(): boolean {
    return this.#mode === 'alone'
  }

  dirtyVolumes(): number[] {
    return this.#destager.dirtyVolumes()
  }

  report(): NvramReport {
    const { log } = this.#slot
    return {
      bytes: this.#mode === 'off' ? 0 : log.usedBytes,
      capacityBytes: log.capacityBytes,
      records: this.#mode === 'off' ? 0 : log.records,
      dirtyVolumes: this.dirtyVolumes(),
      mirror: mirrorReportOf(this.#mode, this.#pairing.isInStep),
      policy: this.#state?.cachePolicy ?? 'write-through',
    }
  }

  // The log

  /** Room for the partial parity of every write is kept when it is taken: on its way to the drives it never has to wait for any. */
  #hasRoom({ volumeId, blockCount }: CacheWrite): boolean {
    return this.#live.fits(recordBytes(blockCount) + 2 * journalBytesOf(this.#surroundings.place(volumeId), blockCount) + this.#live.reservedBytes)
  }

  #append(io: CacheWrite, finish: (outcome: CacheOutcome<undefined>) => void): void {
    this.#group.add(this.#live.append(io, journalBytesOf(this.#surroundings.place(io.volumeId), io.blockCount), finish))
  }

  /** They are in this NVRAM: to the mirror with them, or, without one, to where they can be acknowledged. */
  #committed(records: readonly LiveRecord[]): void {
    if (this.#mode === 'off') return
    for (const record of records) if (record.state === 'logged' && !record.isPartialParity) this.#settlement.push(record)
    if (this.#mode === 'mirrored') this.#sender.append(records)
    else this.#settleAll()
    this.#journal.committed(present(records.at(-1), 'a record').sequence)
  }

  /** Alone, whatever is logged need not wait for a mirror. */
  #settleAll(): void {
    if (this.#mode === 'alone') this.#settlement.settleAll()
  }

  #mirrored(sequence: number): void {
    if (this.#mode !== 'mirrored') return
    this.#journal.mirrored(sequence)
    this.#settlement.mirrored(sequence)
  }

  #trim(): void {
    const isTrimmed = this.#live.trim(!this.#waiting.isEmpty)
    if (isTrimmed) this.#sender.trimmed()
    if (this.#carryOn() || isTrimmed) this.#waiting.admit()
  }

  #carryOn(): boolean {
    const isFreed = this.#live.carryOn(!this.#waiting.isEmpty, (record) => {
      this.#group.add(record)
      this.#group.commit()
    })
    if (isFreed) this.#sender.trimmed()
    return isFreed
  }

  /** All that is in the log goes first; from the mark behind it on, nothing is acknowledged without the mirror. */
  #beginStream(): void {
    this.#group.commit()
    this.#mode = 'mirrored'
    this.#journal.mirrorBegun()
    this.#sender.begin(this.#live.records())
  }
}
