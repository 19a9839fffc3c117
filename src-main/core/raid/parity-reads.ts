import type { GroupLayout } from './levels/level'
import { merged, without, type RowRange } from './row-ranges'

/** New data for blocks of one chunk that lie one behind the other. */
export interface Piece extends RowRange {
  readonly chunk: number
  readonly data: Uint8Array[]
}

/** A read of a member that new parity needs. */
export interface NeededRead extends RowRange {
  /** -1 for parity. */
  readonly chunk: number
  /** Where it is parity that is read. */
  readonly parityMember?: number
  /** What of it goes into the new parity: the rest lies between. */
  readonly parts: readonly RowRange[]
}

/** One way to the new parity of a stripe. */
export interface ParityWay {
  /** Old parity is read, and changed. Otherwise it is made of data alone. */
  readonly isModify: boolean
  /** Rows whose parity is written. */
  readonly rows: readonly RowRange[]
  readonly reads: readonly NeededRead[]
}

/** The rows that an update touches, those close to each other at once. `pieces` in ascending order. */
export function touchedRows(pieces: readonly Piece[], maxGap: number): RowRange[] {
  return merged(
    [...pieces].sort((a, b) => a.offset - b.offset),
    maxGap,
  )
}

/** *Read-modify-write*: old data and old parity are read; what changes is exchanged in the parity. */
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

/** *Reconstruct-write*: the data that does not change is read, and the parity made of all; for a full stripe, nothing is read. */
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

/** The parts of one chunk, those close to each other in one read. */
function readsOf(chunk: number, parts: readonly RowRange[], maxGap: number): NeededRead[] {
  return merged(parts, maxGap).map(({ offset, endOffset }) => ({
    chunk,
    offset,
    endOffset,
    parts: parts.filter((part) => part.offset >= offset && part.endOffset <= endOffset),
  }))
}
