import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'
import { present } from '../../base/assert'
import { addData } from './parity-code'
import type { ParityWay } from './parity-reads'
import type { UpdatedParity } from './partial-parity'
import type { RowRange } from './row-ranges'

/** A member with the parity of a stripe. */
export interface ParityMember {
  /** 0 for P, 1 for Q. */
  readonly index: number
  readonly member: number
}

interface ParityRows extends RowRange {
  readonly bytes: Uint8Array
}

/** One parity of the rows that an update touches: at first of the data that it leaves alone, then of all data. */
export class StripeParity implements UpdatedParity {
  readonly index: number
  readonly member: number
  readonly rows: readonly ParityRows[]

  constructor({ index, member }: ParityMember, rows: readonly ParityRows[]) {
    this.index = index
    this.member = member
    this.rows = rows
  }

  /** Adds data of a chunk, from the row at `offset` on, or removes it if it is already in there. */
  add(chunk: number, offset: number, data: Uint8Array): void {
    const { bytes, offset: first } = this.#rangeOf(offset)
    addData(this.index, chunk, bytes, (offset - first) * BLOCK_BYTES, data)
  }

  addAll(chunk: number, offset: number, chunks: readonly Uint8Array[]): void {
    const { bytes, offset: first } = this.#rangeOf(offset)
    let at = (offset - first) * BLOCK_BYTES
    for (const data of chunks) {
      addData(this.index, chunk, bytes, at, data)
      at += data.length
    }
  }

  rowsAt(offset: number, rowCount: number): Uint8Array {
    const { bytes, offset: first } = this.#rangeOf(offset)
    return bytes.subarray((offset - first) * BLOCK_BYTES, (offset - first + rowCount) * BLOCK_BYTES)
  }

  #rangeOf(offset: number): ParityRows {
    return present(
      this.rows.find((range) => offset >= range.offset && offset < range.endOffset),
      'rows of an update',
    )
  }
}

/** The parity of what an update leaves alone: old parity without the old data, or the sum of the unchanged data. */
export function keptParity(way: ParityWay, buffers: readonly Uint8Array[], members: readonly ParityMember[]): StripeParity[] {
  const { isModify, rows, reads } = way
  let nextRead = reads.length - members.length * rows.length
  const parities = members.map((member) => {
    const bytesOf = ({ offset, endOffset }: RowRange): Uint8Array =>
      isModify ? buffers[nextRead++]! : allocateBytes((endOffset - offset) * BLOCK_BYTES)
    return new StripeParity(
      member,
      rows.map((range) => ({ ...range, bytes: bytesOf(range) })),
    )
  })
  reads.forEach(({ chunk, offset, parts }, index) => {
    for (const part of parts) {
      const data = buffers[index]!.subarray((part.offset - offset) * BLOCK_BYTES, (part.endOffset - offset) * BLOCK_BYTES)
      for (const parity of parities) parity.add(chunk, part.offset, data)
    }
  })
  return parities
}
