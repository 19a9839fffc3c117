import { assert } from '../../base/assert'
import { BLOCK_BYTES, KIB } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { PeerWords } from '../../contract/interconnect'
import { LIMITS } from '../../contract/limits'
import type { NvramReport } from '../../contract/snapshot'
import type { ClockPort, NvramPort, TracePort, TraceTag } from '../ports'
import { ChunkCursor } from '../../base/chunk-cursor'
import { Destager } from './destager'
import type { CacheFault, CacheOutcome, LiveRecord, StripeCover, VolumePlace } from './live-record'
import { MirrorReceiver } from './mirror-receiver'
import { encodeRecord, recordBytes, type LogRecord } from './record'
import { replay, type ReplayOutcome } from './replay'
import { NvramSlot } from './slot'

/** Trimming costs a write of the NVRAM: it waits until this part of the log can be given up, or all of it. */
const TRIM_PART = 16
/** Of one message, when the mirror is brought in step: the session bounds its messages. */
const RESYNC_RECORDS = 256
/** After which the mirror learns of what was trimmed when nothing else is sent. */
const TRIM_NEWS_MS = 50

/** A longer write is logged in pieces, so that it fits between others. */
const PIECE_BLOCKS = (256 * KIB) / BLOCK_BYTES
const PIECES = Math.ceil(LIMITS.transferBytes / BLOCK_BYTES / PIECE_BLOCKS)

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
 * - `off`: nothing is acknowledged here: not serving yet, or not any more
 * - `alone`: the claim that shuts the peer's NVRAM out stands on the drives, so nothing has to be mirrored
 * - `mirrored`: nothing is acknowledged before the peer has it too
 * - `suspended`: the peer was lost, and its NVRAM would still count: nothing is acknowledged
 */
type Mode = 'off' | 'alone' | 'mirrored' | 'suspended'

export interface RecoveryOutcome extends ReplayOutcome {
  readonly durationMs: number
  /** Of failed volumes: there was no room to keep them. */
  readonly lostRecords: number
}

interface WaitingWrite {
  readonly io: CacheWrite
  readonly done: (outcome: CacheOutcome<undefined>) => void
}

export interface CacheWrite {
  readonly volumeId: number
  readonly volumeEpoch: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly data: readonly Uint8Array[]
  readonly forceUnitAccess: boolean
  readonly trace: TraceTag | undefined
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
  readonly #self: ControllerId
  readonly #clock: ClockPort
  readonly #trace: TracePort
  readonly #slot: NvramSlot
  readonly #surroundings: WriteCacheSurroundings
  readonly #destager: Destager
  readonly #receiver: MirrorReceiver
  #mode: Mode = 'off'
  /** In the order of the log; the first `#trimmed` are gone from it. */
  #live: LiveRecord[] = []
  #trimmed = 0
  /** In the log, but not yet safe to acknowledge. A suffix of `#live`. */
  #unstable: LiveRecord[] = []
  #waiting: WaitingWrite[] = []
  /** Writes to degraded stripes that wait until the mirror has what they would lose. */
  #covers: { readonly sequence: number; readonly go: (isSecured: boolean) => void }[] = []
  #mirroredTo = 0
  /** The claim stands that makes this controller's log count without a mirror. */
  #isMirrorLeftOut = false
  #isAdmitting = false
  /** A later one makes an earlier one void. */
  #recoveries = 0
  #isPaired = false
  #peerIsReady = false
  #isInStep = false
  #state: ArrayState | undefined
  #trimNewsDue = false
  #mirrorTrimmedTo = 0

  constructor(parts: {
    readonly self: ControllerId
    readonly clock: ClockPort
    readonly trace: TracePort
    readonly nvram: NvramPort
    readonly surroundings: WriteCacheSurroundings
  }) {
    this.#self = parts.self
    this.#clock = parts.clock
    this.#trace = parts.trace
    this.#surroundings = parts.surroundings
    this.#slot = new NvramSlot(parts.nvram, parts.self)
    this.#receiver = new MirrorReceiver(this.#slot, { mirrorEpoch: () => this.#state?.mirrorEpoch ?? 0, answer: (words) => this.#send(words) })
    const { surroundings } = parts
    this.#destager = new Destager({
      self: parts.self,
      clock: parts.clock,
      trace: parts.trace,
      place: (volumeId) => surroundings.place(volumeId),
      ownershipLost: (volumeId) => surroundings.ownershipLost(volumeId),
      recordDone: () => this.#trim(),
      cover: (volumeId, place) => this.#cover(volumeId, place),
      cleaned: () => surroundings.holdsChanged(),
      fill: () => this.#slot.log.usedBytes / this.#slot.log.capacityBytes,
    })
  }

  // Volumes

  read(
    io: { readonly volumeId: number; readonly firstBlock: number; readonly blockCount: number; readonly place: VolumePlace; readonly trace: TraceTag | undefined },
    done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void,
  ): void {
    this.#destager.read(io, done)
  }

  write(io: CacheWrite, done: (outcome: CacheOutcome<undefined>) => void): void {
    if (this.#mode === 'off') {
      done({ ok: false, fault: 'stopped' })
      return
    }
    assert(this.#waiting.length < LIMITS.volumeOperations * PIECES, 'too many writes wait for room in the log')
    if (io.blockCount <= PIECE_BLOCKS) this.#waiting.push({ io, done })
    else this.#waiting.push(...piecesOf(io, done))
    this.#admit()
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
    const startedAtMs = this.#clock.nowMs()
    this.#state = state
    const isNew = this.#mode === 'off'
    // At once: the replay may have to wait for stripes that these hold.
    this.#isMirrorLeftOut = true
    for (const { go } of this.#covers.splice(0)) go(true)
    const mirrored = this.#slot.valid('mirror', state)
    const own = isNew ? this.#slot.valid('log', state) : []
    const records = [...mirrored, ...own].sort((a, b) => a.volumeEpoch - b.volumeEpoch)
    const recovery = ++this.#recoveries
    replay(records, (volumeId) => this.#surroundings.place(volumeId), (outcome) => {
      if (recovery !== this.#recoveries) return
      const stamp = { base: state.mirrorEpoch ?? 0, newest: state.mirrorEpoch ?? 0 }
      if (isNew) this.#slot.log.reset({ stamp })
      else this.#slot.log.stampAs(stamp)
      const lostRecords = this.#keep(records.filter(({ volumeId }) => outcome.failedVolumes.includes(volumeId)))
      this.#mode = 'alone'
      this.#slot.voidMirror()
      const durationMs = this.#clock.nowMs() - startedAtMs
      if (records.length > 0) {
        this.#trace.record({ place: `controller-${this.#self}`, kind: 'nvram.replayed', data: { records: records.length, blocks: outcome.blocks, durationMs } })
      }
      this.#settleAll()
      this.#getReady()
      this.#surroundings.holdsChanged()
      done({ ...outcome, durationMs, lostRecords })
    })
  }

  installed(state: ArrayState): void {
    this.#state = state
  }

  // The pair

  /** The peer is a member and can be talked to. */
  paired(): void {
    this.#isPaired = true
    this.#getReady()
  }

  peerLost(): void {
    this.#isPaired = false
    this.#peerIsReady = false
    this.#isInStep = false
    this.#receiver.end()
    if (this.#mode === 'mirrored') this.#mode = 'suspended'
  }

  /** What the peer says about either mirror. */
  hear(words: Extract<PeerWords, { type: `nvram-${string}` }>): void {
    switch (words.type) {
      case 'nvram-ready':
        this.#peerIsReady = true
        return this.#beginStream()
      case 'nvram-appended':
        return this.#mirrored(words.sequence)
      case 'nvram-stamped':
        this.#isInStep = true
        this.#trace.record({ place: `controller-${this.#self}`, kind: 'nvram.in-step', to: `controller-${peerOf(this.#self)}` })
        return this.#surroundings.holdsChanged()
      default:
        return this.#receiver.hear(words)
    }
  }

  /** Acknowledges nothing any more. What is logged stays for whoever may replay it. */
  stop(): void {
    this.#recoveries++
    this.#mode = 'off'
    this.#destager.stop()
    const unstable = this.#unstable.splice(0)
    const waiting = this.#waiting.splice(0)
    for (const { go } of this.#covers.splice(0)) go(false)
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
    return this.#mode === 'mirrored' && this.#isInStep
  }

  get isAlone(): boolean {
    return this.#mode === 'alone'
  }

  dirtyVolumes(): number[] {
    return this.#destager.dirtyVolumes()
  }

  report(): NvramReport {
    const { log } = this.#slot
    const mirrors: Readonly<Record<Mode, NvramReport['mirror']>> = { off: 'off', alone: 'away', mirrored: this.#isInStep ? 'in-step' : 'resyncing', suspended: 'away' }
    return {
      bytes: this.#mode === 'off' ? 0 : log.usedBytes,
      capacityBytes: log.capacityBytes,
      records: this.#mode === 'off' ? 0 : log.records,
      dirtyVolumes: this.dirtyVolumes(),
      mirror: mirrors[this.#mode],
      policy: this.#state?.cachePolicy ?? 'write-through',
    }
  }

  // The log

  #admit(): void {
    if (this.#isAdmitting) return
    this.#isAdmitting = true
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next.io); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#append(next.io, next.done)
    }
    this.#isAdmitting = false
    if (this.#waiting.length > 0) this.#destager.relieve()
  }

  /** Half of the log is left to what a degraded group needs there before it can be written. */
  #hasRoom({ volumeId, blockCount }: CacheWrite): boolean {
    const { log } = this.#slot
    const isLeftOver = log.usedBytes > 0 && this.#surroundings.place(volumeId)?.group.isDegraded === true
    return log.fits(recordBytes(blockCount) + (isLeftOver ? Math.floor(log.capacityBytes / 2) : 0))
  }

  /** What the drives did not take in a replay stays dirty, and is tried again. Gives the number of records that do not fit. */
  #keep(records: readonly LogRecord[]): number {
    let lost = 0
    for (const record of records) {
      const claim = this.#surroundings.place(record.volumeId)?.claim
      if (claim === undefined || !this.#slot.log.fits(recordBytes(record.blockCount))) {
        lost++
        continue
      }
      const io = { ...record, volumeEpoch: claim.epoch, data: [record.data], forceUnitAccess: false, trace: undefined }
      this.#destager.add(this.#log(io, () => undefined))
    }
    return lost
  }

  #append(io: CacheWrite, finish: (outcome: CacheOutcome<undefined>) => void): void {
    const record = this.#log(io, finish)
    this.#unstable.push(record)
    if (this.#mode === 'mirrored') this.#sendRecord(record)
    else this.#settleAll()
  }

  #log(io: CacheWrite, finish: (outcome: CacheOutcome<undefined>) => void): LiveRecord {
    const { log } = this.#slot
    const { volumeId, volumeEpoch, firstBlock, blockCount } = io
    const sequence = log.nextSequence
    const bytes = encodeRecord({ sequence, logEpoch: log.logEpoch, volumeId, volumeEpoch, firstBlock, blockCount }, io.data)
    log.append(bytes)
    const record: LiveRecord = {
      sequence, volumeId, firstBlock, endBlock: firstBlock + blockCount, bytes, finish,
      appendedAtMs: this.#clock.nowMs(), forceUnitAccess: io.forceUnitAccess, trace: io.trace, state: 'logged', liveBlocks: 0, waiters: [],
    }
    this.#live.push(record)
    return record
  }

  /** Alone, whatever is logged need not wait for a mirror. */
  #settleAll(): void {
    if (this.#mode !== 'alone') return
    const records = this.#unstable.splice(0)
    for (const record of records) this.#settle(record, this.#surroundings.mayKeepUnmirrored(record.volumeId))
  }

  #mirrored(sequence: number): void {
    if (this.#mode !== 'mirrored') return
    this.#mirroredTo = sequence
    const covered = this.#covers.filter((cover) => cover.sequence <= sequence)
    this.#covers = this.#covers.filter((cover) => cover.sequence > sequence)
    for (const { go } of covered) go(true)
    let count = 0
    while (count < this.#unstable.length && this.#unstable[count]!.sequence <= sequence) count++
    for (const record of this.#unstable.splice(0, count)) this.#settle(record, true)
  }

  /** The record can no longer be lost, or only with the drives. */
  #settle(record: LiveRecord, mayKeep: boolean): void {
    if (!mayKeep || this.#destager.mustGoThrough(record)) {
      this.#destager.writeThrough(record, (fault) => this.#onDrives(record, fault))
      return
    }
    this.#destager.add(record)
    if (record.forceUnitAccess) this.#destager.whenDone(record, (fault) => this.#onDrives(record, fault))
    else record.finish({ ok: true, value: undefined })
  }

  #onDrives(record: LiveRecord, fault: CacheFault | undefined): void {
    const place = fault === undefined && record.forceUnitAccess ? this.#surroundings.place(record.volumeId) : undefined
    if (place !== undefined) place.group.flush({ cause: record.trace?.cause }, record.finish)
    else record.finish(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault })
  }

  /**
   * A degraded stripe is updated in more than one place: in between, blocks of the drive that is out, which nobody writes,
   * can be had from neither parity nor anywhere. So they are in the log, here and in the mirror, as if written again, until
   * the update has ended. Where the log has no room the update goes on without.
   */
  #cover(volumeId: number, place: VolumePlace): StripeCover {
    const records: LiveRecord[] = []
    return {
      secure: (fills, go) => {
        for (const { firstBlock, data } of fills) records.push(...this.#logFill(volumeId, { volumeEpoch: place.claim.epoch, firstBlock: firstBlock - place.firstBlock, data }))
        this.#whenStable(go)
      },
      release: () => {
        for (const record of records) record.state = 'done'
        if (records.length > 0) this.#trim()
      },
    }
  }

  /** But for blocks that a newer write in the log has, which cannot get to the drives before the stripe is free. */
  #logFill(volumeId: number, fill: { readonly volumeEpoch: number; readonly firstBlock: number; readonly data: Uint8Array }): LiveRecord[] {
    const { volumeEpoch, firstBlock, data } = fill
    const endBlock = firstBlock + data.length / BLOCK_BYTES
    const isOnItsWay = (record: LiveRecord): boolean => record.volumeId === volumeId && (record.state === 'logged' || record.state === 'through')
    const newer = [...this.#destager.dirtyRanges(volumeId, { firstBlock, endBlock }), ...this.#live.slice(this.#trimmed).filter(isOnItsWay)]
    const records: LiveRecord[] = []
    for (let block = firstBlock; block < endBlock; ) {
      const isLogged = (at: number): boolean => newer.some((range) => range.firstBlock <= at && at < range.endBlock)
      let end = block + 1
      while (end < endBlock && isLogged(end) === isLogged(block)) end++
      if (!isLogged(block) && this.#slot.log.fits(recordBytes(end - block))) {
        const part = data.subarray((block - firstBlock) * BLOCK_BYTES, (end - firstBlock) * BLOCK_BYTES)
        const record = this.#log({ volumeId, volumeEpoch, firstBlock: block, blockCount: end - block, data: [part], forceUnitAccess: false, trace: undefined }, () => undefined)
        if (this.#mode === 'mirrored') this.#sendRecord(record)
        records.push(record)
      }
      block = end
    }
    return records
  }

  #whenStable(go: (isSecured: boolean) => void): void {
    const sequence = this.#live.at(-1)?.sequence ?? 0
    if (this.#mode === 'off') go(false)
    else if (this.#isMirrorLeftOut || (this.#mode === 'mirrored' && sequence <= this.#mirroredTo)) go(true)
    else this.#covers.push({ sequence, go })
  }

  #trim(): void {
    const { log } = this.#slot
    let done = this.#trimmed
    let bytes = 0
    while (done < this.#live.length && this.#live[done]!.state === 'done') bytes += this.#live[done++]!.bytes.length
    const isAll = done === this.#live.length
    if (done === this.#trimmed || !(isAll || bytes * TRIM_PART >= log.capacityBytes || this.#waiting.length > 0)) return
    log.trimTo(isAll ? log.nextSequence : this.#live[done]!.sequence)
    this.#trimmed = done
    if (isAll || done > 1024) {
      this.#live = this.#live.slice(done)
      this.#trimmed = 0
    }
    this.#tellTrimLater()
    this.#admit()
  }

  // The mirror at the peer

  #send(words: PeerWords): void {
    if (this.#isPaired) this.#surroundings.send(words)
  }

  /** This controller's mirror region is free for the peer's stream. */
  #getReady(): void {
    if (!this.#isPaired || this.#mode !== 'alone') return
    this.#send({ type: 'nvram-ready' })
    this.#beginStream()
  }

  /** All that is in the log goes first; from the mark behind it on, nothing is acknowledged without the mirror. */
  #beginStream(): void {
    if (!this.#peerIsReady || !this.#isPaired || this.#mode !== 'alone') return
    const { log } = this.#slot
    this.#mode = 'mirrored'
    this.#isInStep = false
    this.#isMirrorLeftOut = false
    this.#mirroredTo = 0
    this.#mirrorTrimmedTo = log.firstSequence
    this.#send({ type: 'nvram-begin', logEpoch: log.logEpoch, firstSequence: log.firstSequence })
    const records = this.#live.slice(this.#trimmed)
    for (let at = 0; at < records.length; at += RESYNC_RECORDS) {
      const some = records.slice(at, at + RESYNC_RECORDS)
      const [first] = some
      if (first !== undefined) this.#send({ type: 'nvram-append', firstSequence: first.sequence, trimmedTo: log.firstSequence, data: some.map(({ bytes }) => bytes) })
    }
    this.#send({ type: 'nvram-in-step' })
  }

  #sendRecord({ sequence, volumeId, bytes, trace }: LiveRecord): void {
    const trimmedTo = this.#slot.log.firstSequence
    this.#mirrorTrimmedTo = trimmedTo
    const hop = { place: `controller-${this.#self}`, to: `controller-${peerOf(this.#self)}` } as const
    const cause = trace === undefined ? undefined : this.#trace.record({ ...trace, ...hop, kind: 'nvram.mirrored', data: { volumeId, sequence, byteCount: bytes.length } })
    this.#send({ type: 'nvram-append', firstSequence: sequence, trimmedTo, data: [bytes], cause })
  }

  /** With the next record, or, where none comes, after a while. */
  #tellTrimLater(): void {
    if (this.#trimNewsDue || this.#mode !== 'mirrored') return
    this.#trimNewsDue = true
    this.#clock.after(TRIM_NEWS_MS, () => {
      this.#trimNewsDue = false
      const trimmedTo = this.#slot.log.firstSequence
      if (this.#mode !== 'mirrored' || trimmedTo <= this.#mirrorTrimmedTo) return
      this.#mirrorTrimmedTo = trimmedTo
      this.#send({ type: 'nvram-trim', trimmedTo })
    })
  }
}

/** Logged one behind the other; done when all are, and failed when one is. */
function piecesOf(io: CacheWrite, done: (outcome: CacheOutcome<undefined>) => void): WaitingWrite[] {
  const cursor = new ChunkCursor(io.data)
  const pieces: WaitingWrite[] = []
  let worst: CacheOutcome<undefined> = { ok: true, value: undefined }
  let left = Math.ceil(io.blockCount / PIECE_BLOCKS)
  const finish = (outcome: CacheOutcome<undefined>): void => {
    if (!outcome.ok) worst = outcome
    if (--left === 0) done(worst)
  }
  for (let at = 0; at < io.blockCount; at += PIECE_BLOCKS) {
    const blockCount = Math.min(PIECE_BLOCKS, io.blockCount - at)
    pieces.push({ io: { ...io, firstBlock: io.firstBlock + at, blockCount, data: cursor.take(blockCount * BLOCK_BYTES) }, done: finish })
  }
  return pieces
}
