import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus } from '../ports'
import type { ChunkCursor } from '../../base/chunk-cursor'
import type { GroupLayout } from './geometry'
import type { InterruptedRows } from './interrupted-rows'
import { dataMemberOf } from './levels/raid5'
import type { Members, MemberWrite } from './members'
import { xorChunksInto, xorInto } from './parity'
import { blocksOfRows, partialRows, type PartialParity, type StripePart } from './partial-parity'
import { readMember, worse } from './recovery'

/** New data for a run inside one data chunk of a stripe. `offset` is in blocks, from the beginning of the chunk. */
interface ChunkWrite {
  readonly chunk: number
  readonly offset: number
  readonly blockCount: number
  readonly data: Uint8Array[]
}

/** A read that a way needs; `at` is where it goes into the parity, in bytes. */
interface NeededRead {
  readonly member: number
  readonly offset: number
  readonly blockCount: number
  readonly at: number
}

/**
 * The update of one stripe of a RAID-5 group: works out the new parity and adds its writes to a plan. It writes nothing
 * itself. The stripe must be locked exclusively until the plan is carried out.
 *
 * Parity is made in the way that needs the fewest reads:
 * - *read-modify-write*: old data and old parity are read; what changes is exchanged in the parity;
 * - *reconstruct-write*: the data that does not change is read, and the parity made anew; for a full stripe, nothing.
 * What a drive cannot read of this is rebuilt from the other members, so that new data can be written over bad sectors;
 * where that is not possible either, the other way is tried.
 * A member that is out is not written to: its new data is in the parity. Where the parity is out, nothing has to be read.
 * Where a writer may have died in the middle of the stripe, old parity says nothing: only reconstruct-write is used, and
 * what a drive cannot read is rebuilt from what that writer has said of these rows.
 */
export class ParityUpdate {
  readonly #layout: GroupLayout
  readonly #members: Members
  readonly #part: StripePart
  readonly #stripe: number
  readonly #writes: ChunkWrite[] = []
  /** The range of the parity chunk that changes, in blocks from its beginning. */
  #firstOffset = 0
  #endOffset = 0

  constructor(layout: GroupLayout, members: Members, run: { readonly firstBlock: number; readonly blockCount: number; readonly data: ChunkCursor }) {
    this.#layout = layout
    this.#members = members
    this.#part = { firstBlock: run.firstBlock, blockCount: run.blockCount }
    this.#stripe = Math.floor(run.firstBlock / layout.stripeBlocks)
    const { chunkBlocks } = layout
    let inStripe = run.firstBlock - this.#stripe * layout.stripeBlocks
    for (let left = run.blockCount; left > 0; ) {
      const offset = inStripe % chunkBlocks
      const blockCount = Math.min(left, chunkBlocks - offset)
      this.#writes.push({ chunk: Math.floor(inStripe / chunkBlocks), offset, blockCount, data: run.data.take(blockCount * BLOCK_BYTES) })
      inStripe += blockCount
      left -= blockCount
    }
    const first = this.#writes[0]!
    const alone = this.#writes.length === 1
    this.#firstOffset = alone ? first.offset : 0
    this.#endOffset = alone ? first.offset + first.blockCount : chunkBlocks
  }

  /** Reads what is needed. `good`: the writes were added to the plan. The call may complete before it returns, where nothing has to be read. */
  prepare(
    plan: { readonly writes: MemberWrite[]; readonly partials: PartialParity[] },
    how: { readonly cause: TraceId | undefined; readonly makeParityAnew: boolean; readonly interrupted: InterruptedRows },
    done: (status: DriveStatus) => void,
  ): void {
    const { makeParityAnew } = how
    if (this.#isOut(this.#parityMember())) {
      this.#addWrites(plan.writes, undefined)
      done('good')
      return
    }
    const modify = this.#readsToModify()
    const reconstruct = this.#readsToReconstruct()
    const [first, second] = makeParityAnew || this.#costOf(reconstruct) < this.#costOf(modify) ? [reconstruct, modify] : [modify, reconstruct]
    const attempt = (reads: readonly NeededRead[], failed: (status: DriveStatus) => void): void => {
      this.#readAll(reads, how, (status, buffers) => {
        if (status !== 'good') {
          failed(status)
          return
        }
        const oldParity = reads === modify ? buffers.pop() : undefined
        const partial = this.#partialParity(oldParity, reads, buffers)
        const rows = partialRows(this.#layout, this.#part)
        plan.partials.push({ firstBlock: this.#part.firstBlock, blockCount: this.#part.blockCount, data: blocksOfRows(rows, this.#firstOffset, partial) })
        this.#addWrites(plan.writes, this.#newParity(partial))
        done('good')
      })
    }
    attempt(first, (status) => (makeParityAnew ? done(status) : attempt(second, done)))
  }

  /** In reads of drives: what has to be rebuilt is read from all other members. */
  #costOf(reads: readonly NeededRead[]): number {
    return reads.reduce((cost, read) => cost + (this.#isOut(read.member) ? this.#members.count : 1), 0)
  }

  /** In this stripe. */
  #isOut(member: number): boolean {
    return this.#members.isOut(member, this.#stripe * this.#layout.chunkBlocks)
  }

  #dataMember(chunk: number): number {
    return dataMemberOf(this.#layout, this.#stripe, chunk)
  }

  #parityMember(): number {
    return this.#layout.rule.parityMemberOf(this.#layout, this.#stripe)
  }

  #readsToModify(): NeededRead[] {
    const reads = this.#writes.map((write) => this.#neededRead(this.#dataMember(write.chunk), write.offset, write.offset + write.blockCount))
    reads.push(this.#neededRead(this.#parityMember(), this.#firstOffset, this.#endOffset))
    return reads
  }

  /** Of every data chunk, the part of the changing range that is not new: at most one run, before or behind the new data. */
  #readsToReconstruct(): NeededRead[] {
    const reads: NeededRead[] = []
    for (let chunk = 0; chunk < this.#layout.dataWidth; chunk++) reads.push(...this.#unwrittenOf(chunk))
    return reads
  }

  #unwrittenOf(chunk: number): NeededRead[] {
    const write = this.#writes.find((candidate) => candidate.chunk === chunk)
    const member = this.#dataMember(chunk)
    if (write === undefined) return [this.#neededRead(member, this.#firstOffset, this.#endOffset)]
    const reads: NeededRead[] = []
    const writeEnd = write.offset + write.blockCount
    if (write.offset > this.#firstOffset) reads.push(this.#neededRead(member, this.#firstOffset, write.offset))
    if (writeEnd < this.#endOffset) reads.push(this.#neededRead(member, writeEnd, this.#endOffset))
    return reads
  }

  #neededRead(member: number, offset: number, endOffset: number): NeededRead {
    return { member, offset, blockCount: endOffset - offset, at: (offset - this.#firstOffset) * BLOCK_BYTES }
  }

  #readAll(
    reads: readonly NeededRead[],
    { cause, makeParityAnew, interrupted }: { readonly cause: TraceId | undefined; readonly makeParityAnew: boolean; readonly interrupted: InterruptedRows },
    done: (status: DriveStatus, buffers: Uint8Array[]) => void,
  ): void {
    const buffers = reads.map((read) => allocateBytes(read.blockCount * BLOCK_BYTES))
    let waiting = reads.length
    if (waiting === 0) {
      done('good', buffers)
      return
    }
    let outcome: DriveStatus = 'good'
    const chunkFirst = this.#stripe * this.#layout.chunkBlocks
    reads.forEach((read, index) => {
      const range = { member: read.member, memberBlock: chunkFirst + read.offset, into: buffers[index]!, cause }
      const finish = (status: DriveStatus): void => {
        outcome = worse(outcome, status)
        if (--waiting === 0) done(outcome, buffers)
      }
      if (makeParityAnew && !interrupted.isEmpty) interrupted.read(this.#members, range, finish)
      else readMember(this.#layout, this.#members, range, finish)
    })
  }

  /** The exclusive or of all that was read: old data leaves the old parity, or unchanged data joins. What is left is that of the unchanged data. */
  #partialParity(oldParity: Uint8Array | undefined, reads: readonly NeededRead[], buffers: readonly Uint8Array[]): Uint8Array {
    const partial = oldParity ?? allocateBytes((this.#endOffset - this.#firstOffset) * BLOCK_BYTES)
    buffers.forEach((buffer, index) => xorInto(partial, reads[index]!.at, buffer))
    return partial
  }

  /** What is new joins. The partial parity stays as it is. */
  #newParity(partial: Uint8Array): Uint8Array {
    const parity = allocateBytes(partial.length)
    parity.set(partial)
    for (const write of this.#writes) xorChunksInto(parity, (write.offset - this.#firstOffset) * BLOCK_BYTES, write.data)
    return parity
  }

  #addWrites(plan: MemberWrite[], parity: Uint8Array | undefined): void {
    const chunkFirst = this.#stripe * this.#layout.chunkBlocks
    for (const write of this.#writes) {
      const member = this.#dataMember(write.chunk)
      if (!this.#isOut(member)) plan.push({ member, memberBlock: chunkFirst + write.offset, from: write.data })
    }
    if (parity !== undefined) plan.push({ member: this.#parityMember(), memberBlock: chunkFirst + this.#firstOffset, from: [parity] })
  }
}
