import { Prng } from '../../src-main/base/prng'

/** As many as wanted, spread over the groups: one drawn of each group, then a second one of each, and so on. */
export function sampleOf<T>(groups: readonly (readonly T[])[], count: number, seed: number): T[] {
  const random = new Prng(seed)
  const drawn = shuffled(groups, random).map((group) => shuffled(group, random))
  const rounds = Math.max(0, ...drawn.map(({ length }) => length))
  const inRounds = Array.from({ length: rounds }, (_, round) => drawn.flatMap((group) => group.slice(round, round + 1)))
  return inRounds.flat().slice(0, count)
}

function shuffled<T>(items: readonly T[], random: Prng): T[] {
  return items
    .map((item) => ({ item, rank: random.fraction() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
