import { expect, it } from 'vitest'
import { following, lengthOf, moved, zoomed } from '../../../src-renderer/model/time-window'

const whole = { fromMs: 1000, toMs: 2000 }

it('looking more closely keeps a moment where it is', () => {
  const closer = zoomed(whole, { factor: 0.5, atMs: 1200, whole })
  expect(closer).toEqual({ fromMs: 1100, toMs: 1600 })
  expect((1200 - closer.fromMs) / lengthOf(closer)).toBeCloseTo((1200 - whole.fromMs) / lengthOf(whole))
})

it('it never shows more than the whole, nor less than can be told apart', () => {
  expect(zoomed({ fromMs: 1100, toMs: 1600 }, { factor: 4, atMs: 1200, whole })).toEqual(whole)
  expect(lengthOf(zoomed(whole, { factor: 1e-9, atMs: 1200, whole }))).toBeCloseTo(0.05)
  expect(zoomed({ fromMs: 1900, toMs: 2000 }, { factor: 2, atMs: 1900, whole })).toEqual({ fromMs: 1800, toMs: 2000 })
})

it('it moves within the whole, and with the current moment', () => {
  const part = { fromMs: 1100, toMs: 1200 }
  expect(moved(part, 50, whole)).toEqual({ fromMs: 1150, toMs: 1250 })
  expect(moved(part, -500, whole)).toEqual({ fromMs: 1000, toMs: 1100 })
  expect(moved(part, 5000, whole)).toEqual({ fromMs: 1900, toMs: 2000 })
  expect(following(part, 1150, whole)).toBe(part)
  expect(following(part, 1500, whole)).toEqual({ fromMs: 1480, toMs: 1580 })
})
