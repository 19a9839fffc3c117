/** Worlds that once failed, by what was wrong. `operations` belongs to the seed: with another number it is another world. */
export interface Regression {
  readonly name: string
  readonly seed: number
  readonly operations: number
}

export const REGRESSIONS: readonly Regression[] = [
  { name: 'a forwarded write was done again after the takeover, over a newer one', seed: 125, operations: 2000 },
  { name: 'a forwarded write was done again after the takeover, over a newer one (few blocks)', seed: 120, operations: 600 },
  { name: 'a controller that was not halted after all kept its addresses closed', seed: 169, operations: 1000 },
  { name: 'a planned takeover failed because a volume was deleted meanwhile', seed: 112, operations: 1000 },
]
