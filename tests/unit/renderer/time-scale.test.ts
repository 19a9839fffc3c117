import { expect, it } from 'vitest'
import { timeScale } from '../../../src-renderer/model/time-scale'

it('a span of time fills its line but for the insets, and is found again from each pixel', () => {
  const scale = timeScale({ startMs: 1000, endMs: 3000, width: 228, inset: 14 })
  expect([scale.xOf(1000), scale.xOf(2000), scale.xOf(3000)]).toEqual([14, 114, 214])
  for (const atMs of [1000, 1234, 3000]) expect(scale.msOf(scale.xOf(atMs))).toBeCloseTo(atMs)
  expect([scale.msOf(-50), scale.msOf(500)]).toEqual([1000, 3000])
})

it('a span of no length, or a line of no width, has a scale all the same', () => {
  const scale = timeScale({ startMs: 5, endMs: 5, width: 0, inset: 14 })
  expect(scale.endMs).toBeGreaterThan(5)
  expect(Number.isFinite(scale.xOf(5))).toBe(true)
})
