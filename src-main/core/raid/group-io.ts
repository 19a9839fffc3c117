import { assert } from '../../base/assert'
import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { RaidGroup } from '../../contract/configuration'
import { LIMITS } from '../../contract/limits'
import type { TraceId } from '../../contract/trace'
import type { DrivePort, DriveStatus, WriteClaim } from '../ports'
import { layoutOf, type GroupLayout } from './geometry'
import { InterruptedRows } from './interrupted-rows'
import type { StripeRange } from './interrupted-stripes'
import type { BlockRun } from './levels/level'
import { createGroupIntents, type GroupIntents } from './group-intents'
import { hasLostBlock } from './lost-block'
import { Members, type RebuiltDrive } from './members'
import { GroupWriter } from './group-writer'
import type { PartialParity } from './partial-parity'
import { rebuildStripes, type GroupRebuild, type RebuildFault } from './rebuild'
import { recoverMember } from './recovery'
import { readRuns } from './run-reads'
import { checkStripes, type GroupVerification, type VerificationReport } from './scrub'
import { StripeLocks, type StripeLock } from './stripe-locks'
import type { LockStripes } from './each-stripe'
import { blocksOf, type WriteRun } from './write-plan'

/**
 * - `medium-error`: blocks that cannot be read nor rebuilt from the other members, or not written
 * - `hardware-error`: too many drives are gone for this
 * - `stale-epoch`: a newer owner writes now; nothing more may be written under this claim
 * - `no-space`: of a write; the drives have no room for all of it now
 */
export type GroupFault = 'medium-error' | 'hardware-error' | 'stale-epoch' | 'no-space'

export type GroupOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: GroupFault }

export interface GroupRead {
  /** A group block; the range is inside the group and not empty. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly cause?: TraceId | undefined
}

/** What all writes have. */
export interface WriteTerms {
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
  /** Compute parity from data alone, because a writer may have died in the middle of these stripes and the old parity may be wrong. */
  readonly recomputeParity?: boolean | undefined
  /** Asked before a stripe with parity is touched: `go` when all of `partials` is where a replay finds it. */
  readonly secure?: ((partials: readonly PartialParity[], go: (isSecured: boolean) => void) => void) | undefined
}

export interface GroupWrite extends WriteTerms {
  readonly firstBlock: number
  /** A whole number of blocks together, cut anywhere; they must not change until `done`. */
  readonly data: readonly Uint8Array[]
}

export interface StripeWrite extends WriteTerms {
  /** In ascending order, none empty, apart from each other or side by side, all inside one stripe. `data` as in a `GroupWrite`. */
  readonly runs: readonly { readonly firstBlock: number; readonly data: readonly Uint8Array[] }[]
}

/** Reads and writes the data of one RAID group over its drives. `done` is called once, after the call has returned. */
export interface GroupIo {
  readonly layout: GroupLayout
  /** Drives that answered `failed` while the level could do without them: nothing is asked of them any more. */
  readonly outDrives: readonly number[]
  /** This drive is not what it was: nothing more is asked of it, as if it had not answered. */
  suspect(drive: number): void
  /** The array state says that these drives have failed: writes that missed them count from now on. */
  recordFailed(drives: readonly number[], rebuilt?: readonly RebuiltDrive[]): void
  /** Updates that another controller, or this one before, may not have ended: in their order, each of one stripe. */
  noteInterrupted(updates: readonly PartialParity[]): void
  /** Blocks that another controller writes from here on: what was noted of them is forgotten. */
  forgetInterrupted(range: BlockRun): void
  /** A write of this controller has failed in these blocks' stripes: some of its parts are on the drives, and some are not. */
  isInterrupted(range: BlockRun): boolean
  /** This controller has stopped: what waits for a failure to be on record is answered as failed. */
  abandon(): void
  read(io: GroupRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void
  write(io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void
  /**
   * Writes several runs of one stripe as one update: few large reads and writes, parity made once, and one `PartialParity`
   * for `secure`. It has succeeded when all runs are written. A log must keep `hasIndex` of that `PartialParity` with it.
   */
  writeStripe(io: StripeWrite, done: (outcome: GroupOutcome<undefined>) => void): void
  /** Everything that was written before is on stable storage at `done`. */
  flush(io: { readonly cause?: TraceId | undefined }, done: (outcome: GroupOutcome<undefined>) => void): void
  /** Brings stripes to a drive that `recordFailed` said to lack them, one after the other, while other I/O goes on. */
  rebuild(io: GroupRebuild, done: (fault: RebuildFault | undefined) => void): void
  /** What may be half updated, and how it is settled where nobody has the log. */
  readonly intents: GroupIntents
  /** Compares copies and parity, stripe by stripe, while other I/O goes on. It writes nothing. */
  verify(io: GroupVerification, done: (report: VerificationReport) => void): void
}

/**
 * `drives` are all drives of the array; `failedDrives` those that have failed already. `suspect` is called when a drive
 * does not answer: a write that missed it is not done before `recordFailed` names it. Reads go on without it meanwhile:
 * as long as nothing that missed it counts, it has what the others have. `lost` is called with blocks that no drive can give any
 * more: from then on they read as medium errors, until they are written.
 */
export function createGroupIo(options: {
  readonly group: RaidGroup
  readonly drives: readonly DrivePort[]
  readonly failedDrives?: readonly number[]
  readonly suspect?: (drive: number) => void
  readonly lost?: (groupBlocks: readonly number[]) => void
}): GroupIo {
  const layout = layoutOf(options.group)
  const { drives, failedDrives = [], suspect, lost } = options
  return new LockedGroupIo(layout, new Members(layout, drives, { failedDrives, suspect }), lost)
}

const WRITTEN: GroupOutcome<undefined> = { ok: true, value: undefined }

class LockedGroupIo implements GroupIo {
  readonly layout: GroupLayout
  readonly intents: GroupIntents
  readonly #members: Members
  readonly #locks = new StripeLocks()
  /** Without copies and parity there is nothing that could disagree, and drives are atomic by sector themselves. */
  readonly #locking: boolean
  readonly #interrupted: InterruptedRows
  readonly #writer: GroupWriter

  readonly #lost: ((groupBlocks: readonly number[]) => void) | undefined

  constructor(layout: GroupLayout, members: Members, lost: ((groupBlocks: readonly number[]) => void) | undefined) {
    this.layout = layout
    this.#members = members
    this.#lost = lost
    this.#interrupted = new InterruptedRows(layout)
    this.#locking = layout.redundancy > 0
    this.intents = createGroupIntents(layout, members, { lock: this.#lockStripes, lost, interrupted: this.#interrupted })
    this.#writer = new GroupWriter(layout, members, { interruptedRows: this.#interrupted, lost })
  }

  get outDrives(): readonly number[] {
    return this.#members.outDrives()
  }

  suspect(drive: number): void {
    const member = this.#members.memberOfDrive(drive)
    if (member !== -1) this.#members.noteFailure(member, 'failed')
  }

  recordFailed(drives: readonly number[], rebuilt: readonly RebuiltDrive[] = []): void {
    this.#members.recordFailed(drives, rebuilt)
  }

  noteInterrupted(updates: readonly PartialParity[]): void {
    for (const update of updates) this.#interrupted.note(update)
  }

  forgetInterrupted({ firstBlock, blockCount }: BlockRun): void {
    this.#interrupted.forgetStripes(stripesOf(this.layout, firstBlock, blockCount))
  }

  isInterrupted({ firstBlock, blockCount }: BlockRun): boolean {
    return this.#writer.isInterrupted(stripesOf(this.layout, firstBlock, blockCount))
  }

  abandon(): void {
    this.#members.abandon()
  }

  read(io: GroupRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void {
    const { firstBlock, blockCount, cause } = io
    this.#checkRange(firstBlock, blockCount)
    const { layout } = this
    const into = allocateBytes(blockCount * BLOCK_BYTES)
    const stripe = Math.floor(firstBlock / layout.stripeBlocks)
    const lastStripe = Math.floor((firstBlock + blockCount - 1) / layout.stripeBlocks)
    const isOneRun = stripe === lastStripe && layout.rule.runBlocks(layout, firstBlock) >= blockCount
    if (isOneRun && (!this.#locking || this.#locks.tryShared(stripe))) {
      this.#readRun(io, { stripe, into }, done)
      return
    }
    this.#lockStripes({ firstStripe: stripe, lastStripe, exclusive: false }, (release) => {
      readRuns(layout, this.#members, { firstBlock, blockCount, cause, into, interrupted: this.#interrupted }, (status) => {
        release()
        done(this.#readOutcome(firstBlock, status, into))
      })
    })
  }

  #readOutcome(firstBlock: number, status: DriveStatus, into: Uint8Array): GroupOutcome<readonly Uint8Array[]> {
    if (status !== 'good') return { ok: false, fault: faultOf(status) }
    if (hasLostBlock(this.layout.groupId, firstBlock, into)) return { ok: false, fault: 'medium-error' }
    return { ok: true, value: [into] }
  }

  write(io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { firstBlock, data } = io
    const blockCount = blocksOf(data)
    this.#checkRange(firstBlock, blockCount)
    this.#writeRuns(io, { runs: [{ firstBlock, blockCount, data }], ...stripesOf(this.layout, firstBlock, blockCount) }, done)
  }

  writeStripe(io: StripeWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
    const runs = io.runs.map(({ firstBlock, data }) => ({ firstBlock, blockCount: blocksOf(data), data }))
    const stripe = Math.floor((runs[0]?.firstBlock ?? 0) / this.layout.stripeBlocks)
    let behind = stripe * this.layout.stripeBlocks
    for (const { firstBlock, blockCount } of runs) {
      this.#checkRange(firstBlock, blockCount)
      assert(firstBlock >= behind, () => `block ${firstBlock} is out of order in a stripe write`)
      behind = firstBlock + blockCount
    }
    const isInStripe = runs.length > 0 && behind <= (stripe + 1) * this.layout.stripeBlocks
    assert(isInStripe, () => `a stripe write of ${runs.length} runs ends at block ${behind}`)
    this.#writeRuns(io, { runs, firstStripe: stripe, lastStripe: stripe }, done)
  }

  #writeRuns(
    terms: WriteTerms,
    range: StripeRange & { readonly runs: readonly WriteRun[] },
    done: (outcome: GroupOutcome<undefined>) => void,
  ): void {
    const { runs, firstStripe, lastStripe } = range
    this.#lockStripes({ firstStripe, lastStripe, exclusive: true }, (release) => {
      this.#writer.write({ ...terms, runs, firstStripe, lastStripe }, (status) => {
        release()
        done(status === 'good' ? WRITTEN : { ok: false, fault: faultOf(status) })
      })
    })
  }

  flush(io: { readonly cause?: TraceId | undefined }, done: (outcome: GroupOutcome<undefined>) => void): void {
    this.#writer.flush(io.cause, (status) => done(status === 'good' ? WRITTEN : { ok: false, fault: faultOf(status) }))
  }

  rebuild(io: GroupRebuild, done: (fault: RebuildFault | undefined) => void): void {
    const terms = { ...io, interrupted: this.#interrupted, lock: this.#lockStripes, lost: this.#lost }
    rebuildStripes(this.layout, this.#members, terms, done)
  }

  verify(io: GroupVerification, done: (report: VerificationReport) => void): void {
    checkStripes(this.layout, this.#members, { ...io, lock: this.#lockStripes }, done)
  }

  /** The common case: one run on one drive, inside one stripe that is already locked. It costs one read and one closure. */
  #readRun(
    io: GroupRead,
    run: { readonly stripe: number; readonly into: Uint8Array },
    done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void,
  ): void {
    const { layout } = this
    const { stripe, into } = run
    const member = layout.rule.memberOf(layout, io.firstBlock)
    const memberBlock = layout.rule.memberBlockOf(layout, io.firstBlock)
    const isOut = this.#members.isOut(member, memberBlock, io.blockCount)
    const finish = (status: DriveStatus): void => {
      if (status !== 'good' && layout.redundancy > 0 && !recovered) {
        recovered = true
        if (!isOut) this.#members.noteFailure(member, status)
        const range = { member, memberBlock, into, cause: io.cause }
        // Where an update was interrupted, parity says nothing of what it did not write.
        if (this.#interrupted.hasAny({ firstStripe: stripe, lastStripe: stripe })) this.#interrupted.read(this.#members, range, finish)
        else recoverMember(layout, this.#members, { range, status }, finish)
        return
      }
      if (this.#locking) this.#locks.releaseShared(stripe)
      done(this.#readOutcome(io.firstBlock, status, into))
    }
    let recovered = false
    if (isOut) finish('failed')
    else this.#members.read(member, memberBlock, into, io.cause, finish)
  }

  readonly #lockStripes: LockStripes = (range, run) => {
    if (!this.#locking) run(releaseNothing)
    else this.#locks.acquire(range, (lock: StripeLock) => run(() => this.#locks.release(lock)))
  }

  #checkRange(firstBlock: number, blockCount: number): void {
    assert(Number.isSafeInteger(firstBlock) && firstBlock >= 0, () => `group block ${firstBlock}`)
    assert(Number.isSafeInteger(blockCount) && blockCount > 0, () => `a transfer of ${blockCount} blocks`)
    const { usableBlocks, groupId } = this.layout
    assert(firstBlock + blockCount <= usableBlocks, () => `blocks ${firstBlock}+${blockCount} are outside group ${groupId}`)
    assert(blockCount <= LIMITS.transferBytes / BLOCK_BYTES, () => `a transfer of ${blockCount} blocks is too long`)
  }
}

function releaseNothing(): void {
  // Levels without redundancy take no locks.
}

function stripesOf({ stripeBlocks }: GroupLayout, firstBlock: number, blockCount: number): StripeRange {
  return { firstStripe: Math.floor(firstBlock / stripeBlocks), lastStripe: Math.floor((firstBlock + blockCount - 1) / stripeBlocks) }
}

export function faultOf(status: DriveStatus): GroupFault {
  return status === 'good' || status === 'failed' ? 'hardware-error' : status
}
