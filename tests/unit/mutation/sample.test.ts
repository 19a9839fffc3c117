import { expect, it } from 'vitest'
import { sampleOf } from '../../mutation/sample'

const GROUPS = [['a1', 'a2', 'a3', 'a4'], ['b1'], [], ['c1', 'c2']]

it('has one of each group before a second one of any', () => {
  const sample = sampleOf(GROUPS, 100, 5)
  expect(sample.toSorted()).toEqual(GROUPS.flat().toSorted())
  expect(
    sample
      .slice(0, 3)
      .map(([group]) => group)
      .toSorted(),
  ).toEqual(['a', 'b', 'c'])
  expect(
    sample
      .slice(3, 5)
      .map(([group]) => group)
      .toSorted(),
  ).toEqual(['a', 'c'])
})

it('is the same for the same seed, and a larger one begins with a smaller one', () => {
  expect(sampleOf(GROUPS, 4, 5)).toEqual(sampleOf(GROUPS, 7, 5).slice(0, 4))
  const seeds = Array.from({ length: 20 }, (_, seed) => sampleOf(GROUPS, 4, seed).join(' '))
  expect(new Set(seeds).size).toBeGreaterThan(5)
})
