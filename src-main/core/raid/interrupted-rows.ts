import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import type { GroupLayout } from './levels/level'
import { dataMemberOf } from './levels/raid5'
import type { Members } from './members'
import { xorInto } from './parity'
import { partialRows, type PartialParity } from './partial-parity'
import { recoverMember, worse, type MemberRange } from './recovery'
import type { StripeRange } from './torn-stripes'

/** One row, as the newest update that may have been interrupted there has left it. */
interface InterruptedRow {
  /** What it was to write, of the group. */
  readonly firstBlock: number
  readonly endBlock: number
  /** Of the data blocks of the row that are not in this range. */
  readonly partialParity: Uint8Array
}

/** Rows in which an update has ended half-way, or may have: their parity says nothing, but for some blocks there is another. */
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

  /** Some row of these stripes. */
  hasAny({ firstStripe, lastStripe }: StripeRange): boolean {
    if (this.isEmpty) return false
    const { chunkBlocks } = this.#layout
    for (let row = firstStripe * chunkBlocks; row < (lastStripe + 1) * chunkBlocks; row++) if (this.#rows.has(row)) return true
    return false
  }

  /** A later update says what an earlier one did not know any more. */
  note(update: PartialParity): void {
    const { firstBlock, blockCount, data } = update
    this.forget(update)
    const firstRow = this.#firstRow(firstBlock)
    partialRows(this.#layout, update).forEach((offset, index) => {
      const partialParity = data.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)
      if (partialParity.length === BLOCK_BYTES) this.#rows.set(firstRow + offset, { firstBlock, endBlock: firstBlock + blockCount, partialParity })
    })
  }

  /** Blocks of the group were written whole, with their parity; they may be in several stripes. */
  forget({ firstBlock, blockCount }: { readonly firstBlock: number; readonly blockCount: number }): void {
    if (this.isEmpty) return
    const { stripeBlocks, chunkBlocks } = this.#layout
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      this.#rows.delete(Math.floor(block / stripeBlocks) * chunkBlocks + (block % chunkBlocks))
    }
  }

  /** Somebody else writes these stripes from here on: what is known of their rows will not be true any more. */
  forgetStripes({ firstStripe, lastStripe }: StripeRange): void {
    for (const row of this.#rows.keys()) {
      const stripe = Math.floor(row / this.#layout.chunkBlocks)
      if (stripe >= firstStripe && stripe <= lastStripe) this.#rows.delete(row)
    }
  }

  /** What is known of all the rows that this update touches is the same update. */
  has(update: PartialParity): boolean {
    const { firstBlock, blockCount } = update
    const firstRow = this.#firstRow(firstBlock)
    return partialRows(this.#layout, update).every((offset) => {
      const row = this.#rows.get(firstRow + offset)
      return row !== undefined && row.firstBlock === firstBlock && row.endBlock === firstBlock + blockCount
    })
  }

  /** Reads data of a member, in one stripe, from that member; where that cannot give it, as the update has left it to be had. */
  read(members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
    if (members.isOut(range.member, range.memberBlock)) {
      this.#readRows(members, range, done)
      return
    }
    members.read(range.member, range.memberBlock, range.into, range.cause, (status) => {
      members.noteFailure(range.member, status)
      if (status === 'good') done(status)
      else this.#readRows(members, range, done)
    })
  }

  #readRows(members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
    const rows = range.into.length / BLOCK_BYTES
    let waiting = rows
    let outcome: DriveStatus = 'good'
    for (let index = 0; index < rows; index++) {
      const into = range.into.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)
      this.#readRow(members, { ...range, memberBlock: range.memberBlock + index, into }, (status) => {
        outcome = worse(outcome, status)
        if (--waiting === 0) done(outcome)
      })
    }
  }

  #readRow(members: Members, range: MemberRange, done: (status: DriveStatus) => void): void {
    const recover = (status: DriveStatus): void => {
      const left = this.#leftBeside(members, range)
      if (left === undefined) recoverMember(this.#layout, members, { range, status }, done)
      else rebuild(members, range, left, done)
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

  /** What the block can be made of together with the other members; undefined where the row's own parity is what there is. */
  #leftBeside(members: Members, { member, memberBlock }: MemberRange): Left | undefined {
    const { chunkBlocks, dataWidth, rule, stripeBlocks } = this.#layout
    const row = this.#rows.get(memberBlock)
    const stripe = Math.floor(memberBlock / chunkBlocks)
    // Without its parity, a row has no second source: whatever else is lost there is lost.
    if (row === undefined || members.isOut(rule.parityMemberOf(this.#layout, stripe), memberBlock)) return undefined
    const unwritten: number[] = []
    for (let chunk = 0; chunk < dataWidth; chunk++) {
      const block = stripe * stripeBlocks + chunk * chunkBlocks + (memberBlock % chunkBlocks)
      if (block < row.firstBlock || block >= row.endBlock) unwritten.push(dataMemberOf(this.#layout, stripe, chunk))
    }
    return unwritten.includes(member) ? { partialParity: row.partialParity, others: unwritten.filter((other) => other !== member) } : undefined
  }

  #firstRow(firstBlock: number): number {
    return Math.floor(firstBlock / this.#layout.stripeBlocks) * this.#layout.chunkBlocks
  }
}

/** Of what an interrupted update has not written in a row: its exclusive or, and the members that have the other blocks of it. */
interface Left {
  readonly partialParity: Uint8Array
  readonly others: readonly number[]
}

function rebuild(members: Members, { memberBlock, into, cause }: MemberRange, { partialParity, others }: Left, done: (status: DriveStatus) => void): void {
  const parts = others.map(() => allocateBytes(BLOCK_BYTES))
  // One more than the reads, since there may be none.
  let waiting = 1 + others.length
  let outcome: DriveStatus = 'good'
  const finish = (status: DriveStatus): void => {
    outcome = worse(outcome, status)
    if (--waiting > 0) return
    if (outcome === 'good') {
      into.set(partialParity)
      for (const part of parts) xorInto(into, 0, part)
    }
    done(outcome)
  }
  others.forEach((member, index) => {
    members.read(member, memberBlock, parts[index]!, cause, (status) => {
      members.noteFailure(member, status)
      finish(status)
    })
  })
  finish('good')
}
