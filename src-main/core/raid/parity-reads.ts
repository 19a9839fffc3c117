import type { GroupLayout } from './levels/level'
import { merged, without, type RowRange } from './row-ranges'

/** New data for contiguous blocks of one chunk. */
export interface Piece extends RowRange {
  readonly chunk: number
  readonly data: Uint8Array[]
}

/** A read of a member that new parity needs. */
export interface NeededRead extends RowRange {
  /** -1 for parity. */
  readonly chunk: number
  /** The member, if parity is read. */
  readonly parityMember?: number
  /** The parts that go into the new parity; the rest lies between them. */
  readonly parts: readonly RowRange[]
}

/** One way to compute the new parity of a stripe. */
export interface ParityWay {
  /** Old parity is read and changed. Otherwise parity is computed from data alone. */
  readonly isModify: boolean
  /** Rows whose parity is written. */
  readonly rows: readonly RowRange[]
  readonly reads: readonly NeededRead[]
}

/** The rows that an update touches. Rows up to `maxGap` apart become one range. */
export function touchedRows(pieces: readonly Piece[], maxGap: number): RowRange[] {
  return merged(
    [...pieces].sort((a, b) => a.offset - b.offset),
    maxGap,
  )
}

/** *Read-modify-write*: reads old data and old parity, and replaces old data with new in the parity. */
export function wayToModify(pieces: readonly Piece[], parities: readonly { readonly member: number }[], maxGap: number): ParityWay {
  const rows = touchedRows(pieces, maxGap)
  const reads: NeededRead[] = []
  for (let from = 0; from < pieces.length;) {
    const { chunk } = pieces[from]!
    let to = from + 1
    while (pieces[to]?.chunk === chunk) to++
    reads.push(...readsOf(chunk, pieces.slice(from, to), maxGap))
    from = to
  }
  for (const { member } of parities) for (const range of rows) reads.push({ ...range, chunk: -1, parityMember: member, parts: [] })
  return { isModify: true, rows, reads }
}

/** *Reconstruct-write*: reads the data that does not change and computes parity from all of it. A full stripe needs no reads. */
export function wayToReconstruct({ dataWidth }: GroupLayout, pieces: readonly Piece[], maxGap: number): ParityWay {
  const rows = touchedRows(pieces, maxGap)
  const reads: NeededRead[] = []
  for (let chunk = 0; chunk < dataWidth; chunk++) {
    const unwritten = without(
      rows,
      pieces.filter((piece) => piece.chunk === chunk),
    )
    reads.push(...readsOf(chunk, unwritten, maxGap))
  }
  return { isModify: false, rows, reads }
}

/** The reads of one chunk. Parts up to `maxGap` apart share a read. */
function readsOf(chunk: number, parts: readonly RowRange[], maxGap: number): NeededRead[] {
  return merged(parts, maxGap).map(({ offset, endOffset }) => ({
    chunk,
    offset,
    endOffset,
    parts: parts.filter((part) => part.offset >= offset && part.endOffset <= endOffset),
  }))
}
