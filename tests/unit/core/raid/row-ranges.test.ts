import { describe, expect, it } from 'vitest'
import { merged, without, type RowRange } from '../../../../src-main/core/raid/row-ranges'

function ranges(...pairs: readonly (readonly [number, number])[]): RowRange[] {
  return pairs.map(([offset, endOffset]) => ({ offset, endOffset }))
}

describe('merged ranges', () => {
  it.each([
    ['apart', ranges([0, 2], [5, 6]), 2, ranges([0, 2], [5, 6])],
    ['with a gap as long as is allowed', ranges([0, 2], [4, 6]), 2, ranges([0, 6])],
    ['side by side', ranges([0, 2], [2, 6]), 0, ranges([0, 6])],
    ['one inside another', ranges([0, 8], [1, 3], [9, 10]), 0, ranges([0, 8], [9, 10])],
    ['one inside another, and one over its end', ranges([0, 8], [1, 3], [7, 10]), 0, ranges([0, 10])],
  ])('are right: %s', (_, given, maxGap, expected) => {
    expect(merged(given, maxGap)).toEqual(expected)
  })
})

describe('ranges without others', () => {
  it.each([
    [ranges([0, 10]), ranges([3, 5]), ranges([0, 3], [5, 10])],
    [ranges([0, 10]), ranges([0, 10]), []],
    [ranges([0, 4], [6, 10]), ranges([3, 7]), ranges([0, 3], [7, 10])],
    [ranges([2, 4]), ranges([0, 2], [4, 6]), ranges([2, 4])],
  ])('are right', (given, others, expected) => {
    expect(without(given, others)).toEqual(expected)
  })
})
