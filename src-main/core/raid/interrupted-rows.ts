import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import { dataMemberOf, type BlockRun, type GroupLayout } from './levels/level'
import { worse, type MemberIo, type MemberRange } from './member-io'
import { workOut, type RowSource } from './parity-recovery'
import { isSameUpdate, rowsOf, runsOf, type PartialParity, type PartialRow } from './partial-parity'
import { recoverMember } from './recovery'
import type { StripeRange } from './interrupted-stripes'

/** One row, as left by the newest update that may have been interrupted there. */
interface InterruptedRow extends PartialRow {
  readonly update: PartialParity
}

/** A block that an interrupted update left alone, and what it can be computed from. */
interface Left {
  readonly wanted: RowSource
  readonly sources: readonly RowSource[]
}

/**
 * Writes a block where its own drive cannot read it. Only the log gives it, and no longer once the row has been written. Where a drive is
 * out, that block would then be lost, and with it what was written for the drive that is out.
 */
export type PutBack = (row: MemberRange, done: (status: DriveStatus) => void) => void

/** Interrupted rows. Their parity cannot be trusted, but partial parity still gives the blocks that the update left alone. */
export class InterruptedRows {
  readonly #layout: GroupLayout
  /** By member block. */
  readonly #rows = new Map<number, InterruptedRow>()

  constructor(layout: GroupLayout) {
    this.#layout = layout
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** Whether any row of these stripes is interrupted. */
  hasAny({ firstStripe, lastStripe }: StripeRange): boolean {
    if (this.isEmpty) return false
    const { chunkBlocks } = this.#layout
    for (let row = firstStripe * chunkBlocks; row < (lastStripe + 1) * chunkBlocks; row++) if (this.#rows.has(row)) return true
    return false
  }

  /** Notes an update, which replaces earlier ones in the rows it touches. An update that does not fit the group is ignored. */
  note(update: PartialParity): void {
    const rows = rowsOf(this.#layout, update)
    const runs = runsOf(this.#layout, update)
    if (rows === undefined || runs === undefined) return
    for (const run of runs) this.forget(run)
    const firstRow = this.#firstRow(update.firstBlock)
    for (const row of rows) this.#rows.set(firstRow + row.offset, { ...row, update })
  }

  /** These blocks, which may be in several stripes, were completely written, with their parity. */
  forget({ firstBlock, blockCount }: BlockRun): void {
    if (this.isEmpty) return
    for (let block = firstBlock; block < firstBlock + blockCount; block++) this.#rows.delete(this.#rowOf(block))
  }

  /** Another controller writes these stripes from now on, so what is known of their rows becomes stale. */
  forgetStripes({ firstStripe, lastStripe }: StripeRange): void {
    for (const row of this.#rows.keys()) {
      const stripe = Math.floor(row / this.#layout.chunkBlocks)
      if (stripe >= firstStripe && stripe <= lastStripe) this.#rows.delete(row)
    }
  }

  /** Whether this update is the one noted for all the rows that it touches. Of rows that it writes completely, none may be noted. */
  has(update: PartialParity): boolean {
    const rows = rowsOf(this.#layout, update)
    const runs = runsOf(this.#layout, update)
    if (rows === undefined || runs === undefined) return false
    const firstRow = this.#firstRow(update.firstBlock)
    const inPart = new Set(rows.map(({ offset }) => firstRow + offset))
    const isNoted = (row: number): boolean => {
      const noted = this.#rows.get(row)
      return inPart.has(row) ? noted !== undefined && isSameUpdate(noted.update, update) : noted === undefined
    }
    return runs.every(({ firstBlock, blockCount }) => {
      for (let block = firstBlock; block < firstBlock + blockCount; block++) if (!isNoted(this.#rowOf(block))) return false
      return true
    })
  }

  /** Reads a member's data within one stripe. If the member cannot give it, it is computed from what the update logged. */
  read(members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void, putBack?: PutBack): void {
    if (members.isOut(range.member, range.memberBlock)) {
      this.#readRows(members, range, done, putBack)
      return
    }
    members.read(range.member, range.memberBlock, range.into, range.cause, (status) => {
      members.noteFailure(range.member, status)
      if (status === 'good') done(status)
      else this.#readRows(members, range, done, putBack)
    })
  }

  #readRows(members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void, putBack: PutBack | undefined): void {
    const rows = range.into.length / BLOCK_BYTES
    let waiting = rows
    let outcome: DriveStatus = 'good'
    for (let index = 0; index < rows; index++) {
      const into = range.into.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)
      const ended = (status: DriveStatus): void => {
        outcome = worse(outcome, status)
        if (--waiting === 0) done(outcome)
      }
      this.#readRow(members, { ...range, memberBlock: range.memberBlock + index, into }, ended, putBack)
    }
  }

  #readRow(members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void, putBack: PutBack | undefined): void {
    const recover = (status: DriveStatus): void => {
      const left = this.#leftBeside(members, range)
      const computed = (outcome: DriveStatus): void => {
        if (outcome === 'good' && status === 'medium-error' && putBack !== undefined) putBack(range, done)
        else done(outcome)
      }
      if (left === undefined) recoverMember(this.#layout, members, { range, status }, done)
      else workOut(members, { range, ...left }, computed)
    }
    if (members.isOut(range.member, range.memberBlock)) recover('failed')
    else {
      members.read(range.member, range.memberBlock, range.into, range.cause, (status) => {
        members.noteFailure(range.member, status)
        if (status === 'good') done(status)
        else recover(status)
      })
    }
  }

  /** How to compute a block that the update left alone; undefined if only the row's own parity can give it. */
  #leftBeside(members: MemberIo, { member, memberBlock }: MemberRange): Left | undefined {
    const { chunkBlocks, dataWidth, rule } = this.#layout
    const row = this.#rows.get(memberBlock)
    if (row === undefined) return undefined
    const stripe = Math.floor(memberBlock / chunkBlocks)
    const left: RowSource[] = []
    for (let chunk = 0; chunk < dataWidth; chunk++) {
      if ((row.written & (1 << chunk)) === 0) left.push({ chunk, member: dataMemberOf(this.#layout, stripe, chunk) })
    }
    const wanted = left.find((source) => source.member === member)
    const parityMembers = rule.parityMembersOf(this.#layout, stripe)
    // While all parity is out, updates log nothing, so what is known of the row may be stale.
    if (wanted === undefined || parityMembers.every((parityMember) => members.isOut(parityMember, memberBlock))) return undefined
    const parity = parityMembers.flatMap((parityMember, index): RowSource[] => {
      const bytes = row.parity[index]
      return bytes === undefined ? [] : [{ parity: index, member: parityMember, bytes }]
    })
    return { wanted, sources: [...left.filter((source) => source !== wanted), ...parity] }
  }

  #rowOf(block: number): number {
    return this.#firstRow(block) + (block % this.#layout.chunkBlocks)
  }

  #firstRow(firstBlock: number): number {
    return Math.floor(firstBlock / this.#layout.stripeBlocks) * this.#layout.chunkBlocks
  }
}
