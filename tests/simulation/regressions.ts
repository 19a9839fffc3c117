/** Worlds that once failed, by what was wrong. `operations` belongs to the seed: with another number it is another world. */
export interface Regression {
  readonly name: string
  readonly seed: number
  readonly operations: number
}

/** A change of what a world draws makes other worlds of the same seeds: then new ones are to be found with the old bug in place. */
export const REGRESSIONS: readonly Regression[] = [
  { name: 'a forwarded write was done again after the takeover, over a newer one', seed: 9, operations: 600 },
  { name: 'a forwarded write was done again after the takeover, over a newer one (in many faults)', seed: 97, operations: 600 },
  { name: 'a controller that was not halted after all kept its addresses closed', seed: 319, operations: 100 },
  { name: 'two controllers made the first claim, since one had said what it read without a quorum', seed: 22, operations: 100 },
  { name: 'a hang struck after faults were said to have stopped', seed: 100716, operations: 2000 },
  { name: 'a drive that stopped answering while another was being put on record was forgotten, and its writes waited for ever', seed: 68, operations: 600 },
]
