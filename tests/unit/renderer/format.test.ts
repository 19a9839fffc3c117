import { describe, expect, it } from 'vitest'
import {
  formatMs,
  formatPlain,
  formatShortMs,
  formatShortBytes,
  formatShare,
  formatShortCount,
  shortened,
} from '../../../src-renderer/i18n/format'

describe('numbers for people', () => {
  it('never show a little as nothing', () => {
    expect(['0', formatMs(0), formatMs(0.04), formatMs(0.06), formatMs(9.96), formatMs(1234)]).toEqual([
      '0',
      '0.0',
      '<0.1',
      '0.1',
      '10.0',
      '1,234',
    ])
    expect([formatShare(0), formatShare(0.0001), formatShare(0.42), formatShare(1)]).toEqual(['0%', '<1%', '42%', '100%'])
  })

  it('have no more than thousandths, and no grouping, in an answer', () => {
    expect([163464.36826699998, 318_266.534519, 0.1 + 0.2, 192_479_232, -3, 0].map(formatPlain)).toEqual([
      '163464.368',
      '318266.535',
      '0.3',
      '192479232',
      '-3',
      '0',
    ])
  })

  it('stay short however much was counted', () => {
    expect([0, 999, 1000, 8294, 50_000, 1_028_096, 16 * 2 ** 20, 700 * 2 ** 30].map(formatShortBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 KiB',
      '8.1 KiB',
      '49 KiB',
      '1.0 MiB',
      '16 MiB',
      '700 GiB',
    ])
    for (let bytes = 1; bytes < 999 * 2 ** 30; bytes = Math.ceil(bytes * 1.01))
      expect(formatShortBytes(bytes).length).toBeLessThanOrEqual(7)
    expect([0.02, 161, 999.4, 1000, 6731, 99_900, 123_456].map(formatShortMs)).toEqual([
      '<0.1',
      '161',
      '999',
      '1.0s',
      '6.7s',
      '99.9s',
      '123s',
    ])
    for (const count of [0, 9999, 10_000, 999_949, 12_345_678, 987_654_321_000])
      expect(formatShortCount(count).length).toBeLessThanOrEqual(6)
  })
})

describe('names in little room', () => {
  it('keep their beginning and their end', () => {
    expect(shortened('alpha', 5)).toBe('alpha')
    expect(shortened('Quarterly-Reports_Oslo.2026.v0', 17)).toBe('Quarterl….2026.v0')
    expect(shortened('Quarterly-Reports_Oslo.2026.v0', 17)).not.toBe(shortened('Quarterly-Reports_Oslo.2026.v1', 17))
  })

  it('never have more characters than there is room for', () => {
    for (let most = 1; most < 40; most++) expect(shortened('x'.repeat(32), most).length).toBeLessThanOrEqual(Math.min(32, most))
  })
})
