import { BLOCK_BYTES } from '../../base/units'
import type { NeededRead, Piece } from './parity-reads'

/** What was read from a stripe. */
export interface OldData {
  readonly reads: readonly NeededRead[]
  readonly buffers: readonly Uint8Array[]
}

export const NOTHING_READ: OldData = { reads: [], buffers: [] }

/** A write to one chunk. */
export interface ChunkWrite {
  readonly chunk: number
  readonly offset: number
  readonly from: Uint8Array[]
  /** The new data in it. */
  readonly pieces: Piece[]
}

/** Groups new data by chunk. If all the old data between two pieces was read, one write covers the pieces and what lies between. */
export function chunkWrites(pieces: readonly Piece[], old: OldData): ChunkWrite[] {
  const writes: ChunkWrite[] = []
  for (const piece of pieces) {
    const last = writes.at(-1)
    const between = last?.chunk === piece.chunk ? oldDataBetween(last.pieces.at(-1)!, piece, old) : undefined
    if (last === undefined || between === undefined) {
      writes.push({ chunk: piece.chunk, offset: piece.offset, from: [...piece.data], pieces: [piece] })
    } else {
      last.from.push(...between, ...piece.data)
      last.pieces.push(piece)
    }
  }
  return writes
}

/** Empty if nothing lies between; undefined if not all of it was read. */
function oldDataBetween(before: Piece, behind: Piece, { reads, buffers }: OldData): Uint8Array[] | undefined {
  const [from, to] = [before.endOffset, behind.offset]
  if (from === to) return []
  const index = reads.findIndex(({ chunk, offset, endOffset }) => chunk === before.chunk && offset <= from && endOffset >= to)
  if (index < 0) return undefined
  const { offset } = reads[index]!
  return [buffers[index]!.subarray((from - offset) * BLOCK_BYTES, (to - offset) * BLOCK_BYTES)]
}
