import { LIMITS } from '../../contract/limits'

/** Consecutive rows of a stripe, as offsets in its chunks. */
export interface RowRange {
  readonly offset: number
  readonly endOffset: number
}

/** A call to a drive costs as much as copying this many blocks, so smaller gaps are read and written along. */
export const MAX_GAP_BLOCKS = LIMITS.gapBlocks

/** Merges ranges that overlap or have at most `maxGap` rows between them. They must be in ascending order. */
export function merged(ranges: readonly RowRange[], maxGap: number): RowRange[] {
  const result: RowRange[] = []
  for (const range of ranges) {
    const last = result.at(-1)
    if (last === undefined || range.offset - last.endOffset > maxGap) result.push(range)
    else if (range.endOffset > last.endOffset) result[result.length - 1] = { offset: last.offset, endOffset: range.endOffset }
  }
  return result
}

/** `ranges` without `others`. Both must be in ascending order and free of overlaps. */
export function without(ranges: readonly RowRange[], others: readonly RowRange[]): RowRange[] {
  const result: RowRange[] = []
  for (const { offset, endOffset } of ranges) {
    let from = offset
    for (const other of others) {
      if (other.endOffset <= from || other.offset >= endOffset) continue
      if (other.offset > from) result.push({ offset: from, endOffset: other.offset })
      from = other.endOffset
    }
    if (from < endOffset) result.push({ offset: from, endOffset })
  }
  return result
}
