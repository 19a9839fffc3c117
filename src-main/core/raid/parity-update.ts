import { present } from '../../base/assert'
import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveStatus } from '../ports'
import { chunkWrites, NOTHING_READ, type OldData } from './chunk-writes'
import { dataMemberOf, type BlockRun, type GroupLayout } from './levels/level'
import { worse, type MemberIo, type MemberWrite } from './member-io'
import { touchedRows, wayToModify, wayToReconstruct, type NeededRead, type ParityWay, type Piece } from './parity-reads'
import { partialParityOf } from './partial-parity'
import { MAX_GAP_BLOCKS } from './row-ranges'
import { keptParity, type ParityMember, type StripeParity } from './stripe-parity'
import type { PartialParity, PlannedWrite } from './write-plan'

/** What a stripe adds to a plan. */
export interface StripePlan {
  readonly writes: MemberWrite[]
  readonly partials: PartialParity[]
}

/** What is written in one stripe. */
export interface UpdatedPart {
  readonly stripe: number
  readonly runs: readonly BlockRun[]
  /** The same, cut by chunk. */
  readonly pieces: readonly Piece[]
}

/**
 * Updates one stripe of a group with parity: computes the new parity and adds its writes to a plan. It writes nothing itself. The
 * stripe must stay locked exclusively until the plan is carried out.
 *
 * It computes parity in the way that needs the fewest reads (`parity-reads`). What a drive cannot read is recovered from the
 * other members, so that new data can be written over bad sectors. If that fails too, it tries the other way, and then both again
 * without reading what lies between the written blocks. A member that is out is not written, because the parity has its new data.
 * If all parity is out, nothing has to be read. In an interrupted stripe the old parity cannot be trusted: only reconstruct-write
 * is used, and what a drive cannot read is recovered from the partial parity that the interrupted update logged.
 */
export class ParityUpdate {
  readonly #layout: GroupLayout
  readonly #members: MemberIo
  readonly #stripe: number
  readonly #runs: readonly BlockRun[]
  /** In ascending order. */
  readonly #pieces: readonly Piece[]

  constructor(layout: GroupLayout, members: MemberIo, part: UpdatedPart) {
    this.#layout = layout
    this.#members = members
    this.#stripe = part.stripe
    this.#runs = part.runs
    this.#pieces = part.pieces
  }

  /** Reads what is needed. `good`: the writes are in the plan. Calls `done` at once if nothing has to be read. */
  prepare(plan: StripePlan, write: PlannedWrite, done: (status: DriveStatus) => void): void {
    const parityMembers = this.#layout.rule.parityMembersOf(this.#layout, this.#stripe)
    const parities = parityMembers.map((member, index) => ({ index, member })).filter(({ member }) => !this.#isOut(member))
    if (parities.length === 0) {
      this.#addDataWrites(plan, NOTHING_READ)
      done('good')
      return
    }
    const ways = this.#ways(parities, write.recomputeParity)
    const attempt = (way: ParityWay): void => {
      this.#readAll(way.reads, write, (status, buffers) => {
        if (status === 'good') {
          const parity = keptParity(way, buffers, parities)
          plan.partials.push(partialParityOf(this.#layout, this.#runs, parity))
          // Data that was recovered in an interrupted stripe is not written back, because nobody asked for it.
          this.#addDataWrites(plan, write.recomputeParity ? NOTHING_READ : { reads: way.reads, buffers })
          this.#addParityWrites(plan, parity)
          done('good')
          return
        }
        const next = ways.next()
        if (next.done === true) done(status)
        else attempt(next.value)
      })
    }
    attempt(present(ways.next().value, 'a way to new parity'))
  }

  /** The cheapest first. */
  *#ways(parities: readonly ParityMember[], recomputeParity: boolean): Generator<ParityWay, undefined> {
    const hasGaps = this.#runs.length > 1 || touchedRows(this.#pieces, 0).length > 1
    for (const maxGap of hasGaps ? [MAX_GAP_BLOCKS, 0] : [MAX_GAP_BLOCKS]) {
      const reconstruct = wayToReconstruct(this.#layout, this.#pieces, maxGap)
      if (recomputeParity) yield reconstruct
      else {
        const modify = wayToModify(this.#pieces, parities, maxGap)
        yield* this.#costOf(reconstruct) < this.#costOf(modify) ? [reconstruct, modify] : [modify, reconstruct]
      }
    }
  }

  /** Counted in drive reads: what has to be recovered is read from all other members. */
  #costOf({ reads }: ParityWay): number {
    return reads.reduce((cost, read) => cost + (this.#isOut(this.#memberOf(read)) ? this.#members.count : 1), 0)
  }

  #isOut(member: number): boolean {
    return this.#members.isOut(member, this.#stripe * this.#layout.chunkBlocks)
  }

  #memberOf(read: NeededRead): number {
    return read.parityMember ?? dataMemberOf(this.#layout, this.#stripe, read.chunk)
  }

  #readAll(
    reads: readonly NeededRead[],
    { cause, readOld }: PlannedWrite,
    done: (status: DriveStatus, buffers: readonly Uint8Array[]) => void,
  ): void {
    const buffers = reads.map(({ offset, endOffset }) => allocateBytes((endOffset - offset) * BLOCK_BYTES))
    let waiting = reads.length
    if (waiting === 0) {
      done('good', buffers)
      return
    }
    let outcome: DriveStatus = 'good'
    const chunkFirst = this.#stripe * this.#layout.chunkBlocks
    reads.forEach((read, index) => {
      readOld({ member: this.#memberOf(read), memberBlock: chunkFirst + read.offset, into: buffers[index]!, cause }, (status) => {
        outcome = worse(outcome, status)
        if (--waiting === 0) done(outcome, buffers)
      })
    })
  }

  #addDataWrites({ writes }: StripePlan, old: OldData): void {
    const chunkFirst = this.#stripe * this.#layout.chunkBlocks
    for (const { chunk, offset, from, pieces } of chunkWrites(this.#pieces, old)) {
      const member = dataMemberOf(this.#layout, this.#stripe, chunk)
      if (this.#isOut(member)) continue
      const parts = pieces.map((piece): MemberWrite => ({ member, memberBlock: chunkFirst + piece.offset, from: piece.data }))
      writes.push({ member, memberBlock: chunkFirst + offset, from, parts: parts.length > 1 ? parts : undefined })
    }
  }

  /** Adds the new data to the parity and plans the writes of parity. */
  #addParityWrites({ writes }: StripePlan, parities: readonly StripeParity[]): void {
    const chunkFirst = this.#stripe * this.#layout.chunkBlocks
    const touched = touchedRows(this.#pieces, 0)
    for (const parity of parities) {
      const { member } = parity
      for (const { chunk, offset, data } of this.#pieces) parity.addAll(chunk, offset, data)
      for (const { offset, endOffset, bytes } of parity.rows) {
        const inside = touched.filter((range) => range.offset >= offset && range.endOffset <= endOffset)
        const parts = inside.map((range): MemberWrite => {
          return { member, memberBlock: chunkFirst + range.offset, from: [parity.rowsAt(range.offset, range.endOffset - range.offset)] }
        })
        writes.push({ member, memberBlock: chunkFirst + offset, from: [bytes], parts: parts.length > 1 ? parts : undefined })
      }
    }
  }
}
