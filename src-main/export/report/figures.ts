import { BLOCK_BYTES, GIB, KIB, MIB } from '../../base/units'
import type { Language } from '../../contract/language'

/** Numbers and times for people who read a report. */
export interface Figures {
  count(value: number): string
  /** With one digit after the sign. */
  tenths(value: number): string
  /** Of blocks of 512 bytes. */
  size(blocks: number): string
  /** A length of time to the hundredth of a millisecond. */
  ms(value: number): string
  /** A moment, as minutes, seconds and thousandths: 02:07.318, in German 02:07,318. */
  moment(timeMs: number): string
  /** The same everywhere: 2026-11-30 14:02:07 UTC, in German 30.11.2026 14:02:07 UTC. */
  day(epochMs: number): string
}

/** As a language writes them. */
export function figuresOf(language: Language): Figures {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 2, useGrouping: false })
  const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const sign = language === 'de' ? ',' : '.'
  return {
    count: (value) => whole.format(value),
    tenths: (value) => tenth.format(value),
    size(blocks) {
      const bytes = blocks * BLOCK_BYTES
      const [unit, name] = bytes >= GIB ? [GIB, 'GiB'] : bytes >= MIB ? [MIB, 'MiB'] : bytes >= KIB ? [KIB, 'KiB'] : [1, 'B']
      return `${fine.format(Number((bytes / unit).toFixed(1)))} ${name}`
    },
    ms: (value) => (value >= 1000 ? whole.format(value) : fine.format(Number(value.toFixed(2)))),
    moment(timeMs) {
      const totalMs = Math.max(0, Math.round(timeMs))
      const minutes = Math.floor(totalMs / 60_000)
      const seconds = ((totalMs % 60_000) / 1000).toFixed(3).replace('.', sign)
      return `${String(minutes).padStart(2, '0')}:${seconds.padStart(6, '0')}`
    },
    day(epochMs) {
      const [date = '', time = ''] = new Date(epochMs).toISOString().slice(0, 19).split('T')
      return `${language === 'de' ? date.split('-').toReversed().join('.') : date} ${time} UTC`
    },
  }
}

/** A coordinate. */
export function at(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(1))) : '0'
}
