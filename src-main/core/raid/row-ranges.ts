/** Rows of a stripe that lie one behind the other, as offsets in its chunks. */
export interface RowRange {
  readonly offset: number
  readonly endOffset: number
}

/** A call to a drive costs as much as copying so many blocks: they are read and written with what lies around them. */
export const MAX_GAP_BLOCKS = 128

/** Ranges in ascending order, which may overlap: those with up to `maxGap` rows between become one. */
export function merged(ranges: readonly RowRange[], maxGap: number): RowRange[] {
  const result: RowRange[] = []
  for (const range of ranges) {
    const last = result.at(-1)
    if (last === undefined || range.offset - last.endOffset > maxGap) result.push(range)
    else if (range.endOffset > last.endOffset) result[result.length - 1] = { offset: last.offset, endOffset: range.endOffset }
  }
  return result
}

/** What is left of `ranges` without `others`; both in ascending order and apart from each other. */
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
