import { assert } from '../../base/assert'
import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { NvramReport } from '../../contract/snapshot'
import type { ClockPort, NvramPort, TracePort, TraceTag, TurnPort } from '../ports'
import { CacheStatus, mirrorReportOf, type CachePorts } from './cache-status'
import { Destager } from './destage/destager'
import type { DirtyRead } from './destage/dirty-read'
import { StripeJournal } from './destage/stripe-journal'
import type { CacheWrite } from './log/cache-write'
import { GroupCommit } from './log/group-commit'
import { maxBlocksOf } from './log/journal-room'
import { LiveLog } from './log/live-log'
import type { CacheOutcome, LiveRecord, VolumePlace } from './log/live-record'
import { LogIntake } from './log/log-intake'
import { NvramSlot } from './log/slot'
import { Mirror, type NvramWords } from './mirror/mirror'
import { CacheRecovery, type RecoveryOutcome } from './replay/cache-recovery'
import { Settlement } from './settle/settlement'

export interface WriteCacheParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly turn: TurnPort
  readonly trace: TracePort
  readonly nvram: NvramPort
  readonly ports: CachePorts
}

/**
 * The write-back cache of one controller. A write passes four stages in this order. Space that destaging frees
 * leads back to the first:
 *
 *     log      it waits for room, and is logged in the NVRAM with all others of its turn (`LogIntake`)
 *     mirror   the peer has it too (`Mirror`)
 *     settle   it can no longer be lost: reads see it, and its host is answered (`Settlement`)
 *     destage  it is on the drives (`Destager`); its room in the log is given up
 *
 * While the peer is away, a write is acknowledged when it is on the drives. A cache policy can allow that as soon as it is in
 * this NVRAM. Either way it is logged first, so that a replay finds every stripe that may be interrupted. The partial parity
 * of a stripe update goes through the log and the mirror as well (`StripeJournal`).
 *
 * A read sees a write as soon as the write can no longer be lost, and not before.
 */
export class WriteCache {
  readonly #slot: NvramSlot
  readonly #ports: CachePorts
  readonly #status = new CacheStatus()
  readonly #group: GroupCommit
  readonly #journal: StripeJournal
  readonly #live: LiveLog
  readonly #destager: Destager
  readonly #settlement: Settlement
  readonly #mirror: Mirror
  readonly #intake: LogIntake
  readonly #recovery: CacheRecovery

  constructor({ self, clock, turn, trace, nvram, ports }: WriteCacheParts) {
    const status = this.#status
    const slot = (this.#slot = new NvramSlot(nvram, self))
    const { log } = slot
    const live = (this.#live = new LiveLog(log, clock))
    const base = { self, clock, trace, status, ports, live }
    // Destaging reaches back to the first stages in two ways: what it logs is committed there, and what it finishes frees room.
    const committed = (records: readonly LiveRecord[]): void => this.#mirror.take(records)
    const events = { freed: (): void => this.#intake.trim(), isRoomWanted: (): boolean => this.#intake.isWaiting }
    const group = (this.#group = new GroupCommit({ turn, log, committed }))
    const journal = (this.#journal = new StripeJournal({ ...base, group, events }))
    const destager = (this.#destager = new Destager({ ...base, journal, events }))
    const settlement = (this.#settlement = new Settlement({ ports, destager }))
    const mirror = (this.#mirror = new Mirror({ ...base, slot, group, journal, settlement }))
    this.#intake = new LogIntake({ ...base, group, maxBlocks: maxBlocksOf(log.capacityBytes), mirror, room: destager })
    this.#recovery = new CacheRecovery({ ...base, slot, group })
    this.#ports = ports
  }

  // Volumes

  read(io: DirtyRead, done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void): void {
    this.#destager.read(io, done)
  }

  write(io: CacheWrite, done: (outcome: CacheOutcome<undefined>) => void): void {
    this.#intake.write(io, done)
  }

  /** Calls `done` when everything that was acknowledged before is on stable storage. */
  flush(
    io: { readonly volumeId: number; readonly place: VolumePlace; readonly trace: TraceTag | undefined },
    done: (outcome: CacheOutcome<undefined>) => void,
  ): void {
    this.#destager.clean(io.volumeId, (fault) => {
      if (fault === undefined) io.place.io.flush({ cause: io.trace?.cause }, done)
      else done({ ok: false, fault })
    })
  }

  /** Destages everything of a volume. No I/O of the volume may be under way. */
  clean(volumeId: number, done: (isClean: boolean) => void): void {
    this.#destager.clean(volumeId, (fault) => done(fault === undefined))
  }

  /** Forgets a volume that was deleted or that somebody else owns. */
  drop(volumeId: number): void {
    this.#intake.drop(volumeId)
    this.#settlement.drop(volumeId)
    this.#destager.drop(volumeId)
  }

  // Claims and replay

  rank(state: ArrayState): number {
    return this.#slot.rank(state)
  }

  /** Whether a replay would find every stripe in which the peer may have been interrupted. */
  knowsPeer(state: ArrayState): boolean {
    return this.#slot.mirrorCounts(state)
  }

  /** This controller is new, and what its NVRAM had is gone: a controller has claimed before, and this NVRAM is blank. */
  hasLostLog({ mirrorEpoch }: ArrayState): boolean {
    return this.#status.mode === 'off' && mirrorEpoch !== undefined && this.#slot.log.isBlank
  }

  /** Prepares for a claim with the mirror epoch `next`. Returns the volumes whose newest data may be in this NVRAM only. */
  prepareClaim(standing: ArrayState, next: number): ReadonlySet<number> {
    this.#slot.prepareClaim(standing, next)
    const regions = this.#status.mode === 'off' ? (['mirror', 'log'] as const) : (['mirror'] as const)
    const records = regions.flatMap((region) => this.#slot.valid(region, standing))
    return new Set([...records.map(({ volumeId }) => volumeId), ...this.#destager.dirtyVolumes()])
  }

  /**
   * The claim or the welcome is committed. A newcomer replays its whole slot. A survivor replays only the mirror, because its
   * own log lives on. After `done`, this controller acknowledges writes without a mirror.
   */
  recover(state: ArrayState, done: (outcome: RecoveryOutcome) => void): void {
    assert(this.#status.mode !== 'mirrored', 'a replay begins while the peer has a mirror')
    this.#status.state = state
    // At once: updates that wait for the mirror hold stripes that the replay may need.
    this.#journal.mirrorLeftOut()
    for (const record of this.#live.records()) record.isMirrored = false
    this.#recovery.run(state, this.#status.mode === 'off', (outcome, kept) => {
      this.#status.mode = 'alone'
      for (const record of kept) this.#destager.add(record)
      this.#settlement.settleAll()
      this.#mirror.getReady()
      this.#ports.holdsChanged()
      this.#destager.reviewReads()
      done(outcome)
    })
  }

  installed(state: ArrayState): void {
    this.#status.state = state
    this.#destager.reviewReads()
  }

  // The pair

  /** The peer is a member and can be talked to. */
  paired(): void {
    this.#mirror.paired()
  }

  peerLost(): void {
    this.#mirror.lost()
  }

  /** What the peer says about either mirror. */
  hear(words: NvramWords): void {
    this.#mirror.hear(words)
    if (words.type === 'nvram-stamped') this.#destager.reviewReads()
  }

  /** Stops acknowledging for good. The log stays, for whoever may replay it. */
  stop(): void {
    this.#recovery.cancel()
    this.#status.mode = 'off'
    this.#destager.stop()
    const unstable = [...this.#settlement.takeAll(), ...this.#group.takeAll()]
    const waiting = this.#intake.takeAll()
    this.#journal.stop()
    for (const { finish } of unstable) finish({ ok: false, fault: 'stopped' })
    for (const { done } of waiting) done({ ok: false, fault: 'stopped' })
  }

  /** Destages everything that the drives take. */
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
    return this.#mirror.isInStep
  }

  get isAlone(): boolean {
    return this.#status.mode === 'alone'
  }

  dirtyVolumes(): number[] {
    return this.#destager.dirtyVolumes()
  }

  /** The volume has data that nobody acknowledged, that would be lost with this controller, and that a host wants to read. */
  mustHold(volumeId: number): boolean {
    return this.#destager.mustHold(volumeId)
  }

  report(): NvramReport {
    const { log } = this.#slot
    const { mode, state } = this.#status
    return {
      bytes: mode === 'off' ? 0 : log.usedBytes,
      capacityBytes: log.capacityBytes,
      records: mode === 'off' ? 0 : log.records,
      dirtyVolumes: this.dirtyVolumes(),
      volumesShortOfRoom: this.#destager.volumesShortOfRoom(),
      mirror: mirrorReportOf(mode, this.#mirror.isInStep),
      policy: state?.cachePolicy ?? 'write-through',
    }
  }
}
