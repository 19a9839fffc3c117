import { BLOCK_BYTES, GIB, KIB, MIB } from '../../src-main/base/units'
import type { Language } from '../../src-main/contract/language'
import { language } from './language'

/** Numbers for people. A thin space would break tabular columns, so the language's own grouping is used. */
const NUMBERS = { en: numbersOf('en'), de: numbersOf('de') } as const satisfies Record<Language, unknown>
/** Before the thousandths of a second, and before the thousandths of those. */
const TIME_SIGNS = { en: ['.', '.'], de: [',', '\u00a0'] } as const satisfies Record<Language, unknown>
const GERMAN_DAY = new Intl.DateTimeFormat('de', { day: '2-digit', month: '2-digit', year: 'numeric' })

function numbersOf(tag: Language) {
  return {
    whole: new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }),
    tenth: new Intl.NumberFormat(tag, { maximumFractionDigits: 1, minimumFractionDigits: 1 }),
    hundredth: new Intl.NumberFormat(tag, { maximumFractionDigits: 2, minimumFractionDigits: 2 }),
    thousandth: new Intl.NumberFormat(tag, { maximumFractionDigits: 3 }),
    fine: new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 }),
    percent: new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }),
  }
}

const whole = { format: (value: number) => NUMBERS[language()].whole.format(value) }
const tenth = { format: (value: number) => NUMBERS[language()].tenth.format(value) }

export function formatCount(value: number): string {
  return whole.format(value)
}

export function formatTenths(value: number): string {
  return tenth.format(value)
}

export function formatHundredths(value: number): string {
  return NUMBERS[language()].hundredth.format(value)
}

/** With as many digits as it has, up to thousandths. */
export function formatThousandths(value: number): string {
  return NUMBERS[language()].thousandth.format(value)
}

/** A round number of any size, such as one on a scale: three digits say it all. */
export function formatRound(value: number): string {
  return NUMBERS[language()].fine.format(value)
}

/** 12 345 as "12.3 k", 123 456 as "123 k": in at most six characters, for counters that have little room. */
export function formatShortCount(value: number): string {
  if (value < 10_000) return whole.format(value)
  if (value < 999_500) return `${threeDigits(value / 1000)} k`
  if (value < 999_500_000) return `${threeDigits(value / 1_000_000)} M`
  return `${threeDigits(value / 1_000_000_000)} G`
}

function threeDigits(value: number): string {
  return value < 99.95 ? tenth.format(value) : whole.format(value)
}

/** Milliseconds. A very short time is never shown as zero. */
export function formatMs(value: number): string {
  if (value > 0 && value < 0.05) return `<${tenth.format(0.1)}`
  if (value < 10) return tenth.format(value)
  return whole.format(value)
}

/** The same in at most five characters: for figures that stand side by side. Long ones are in seconds. */
export function formatShortMs(value: number): string {
  return value < 1000 ? formatMs(value) : `${value < 100_000 ? tenth.format(value / 1000) : whole.format(value / 1000)}s`
}

/** A number of an answer as it came, but without the digits that only binary fractions have. */
export function formatPlain(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}

/** A share from 0 to 1 in percent. A small share is never shown as zero. */
export function formatShare(share: number): string {
  const { percent } = NUMBERS[language()]
  const text = share > 0 && share < 0.01 ? `<${percent.format(0.01)}` : percent.format(share)
  // The wide one does not fit beside a figure.
  return text.replace('\u00a0', '\u202f')
}

/** Shortens a name to its beginning and its end, because similar names usually differ there. */
export function shortened(name: string, maxCharacters: number): string {
  if (name.length <= maxCharacters) return name
  const end = Math.floor((maxCharacters - 1) / 2)
  return `${name.slice(0, maxCharacters - 1 - end)}…${end === 0 ? '' : name.slice(-end)}`
}

export function formatBytes(bytes: number): string {
  if (bytes >= GIB) return `${trimmed(bytes / GIB)} GiB`
  if (bytes >= MIB) return `${trimmed(bytes / MIB)} MiB`
  if (bytes >= KIB) return `${trimmed(bytes / KIB)} KiB`
  return `${bytes} B`
}

/** In at most seven characters: for figures that have little room. */
export function formatShortBytes(bytes: number): string {
  const [size, unit] =
    bytes < 1000
      ? [bytes, 'B']
      : bytes < 999.5 * KIB
        ? [bytes / KIB, 'KiB']
        : bytes < 999.5 * MIB
          ? [bytes / MIB, 'MiB']
          : [bytes / GIB, 'GiB']
  return `${size < 9.95 && !Number.isInteger(size) ? tenth.format(size) : whole.format(size)} ${unit}`
}

export function formatBlocks(blocks: number): string {
  return formatBytes(blocks * BLOCK_BYTES)
}

/** The port in an address or URL, or nothing if there is none. */
export function portNumber(address: string | undefined): string {
  return address?.match(/:(\d+)\/?$/)?.[1] ?? ''
}

/** Trace time as minutes, seconds and thousandths: 02:07.318, in German 02:07,318. */
export function formatTraceTime(timeMs: number): string {
  const totalS = Math.floor(timeMs / 1000)
  const minutes = Math.floor(totalS / 60)
  return `${twoDigits(minutes)}:${twoDigits(totalS % 60)}${thousandthsOf(timeMs % 1000)}`
}

/** The time of day on this machine: 14:02:07.318. */
export function formatWallClock(epochMs: number): string {
  const at = new Date(epochMs)
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits)
  return `${hours}:${minutes}:${seconds}${thousandthsOf(at.getMilliseconds())}`
}

/** The day and the time of day on this machine: 2026-11-30 14:02:07, in German 30.11.2026 14:02:07. */
export function formatDay(epochMs: number): string {
  const at = new Date(epochMs)
  const sorted = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-')
  return `${language() === 'de' ? GERMAN_DAY.format(at) : sorted} ${formatWallClock(epochMs).slice(0, 8)}`
}

/** Virtual time to the microsecond: 02:07.318.042. */
export function formatFineTime(timeMs: number): string {
  const wholeUs = Math.round(timeMs * 1000)
  return `${formatTraceTime(Math.floor(wholeUs / 1000))}${TIME_SIGNS[language()][1]}${String(wholeUs % 1000).padStart(3, '0')}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function thousandthsOf(ms: number): string {
  return `${TIME_SIGNS[language()][0]}${String(Math.floor(ms)).padStart(3, '0')}`
}

function trimmed(value: number): string {
  return value >= 100 || Number.isInteger(value) ? whole.format(value) : tenth.format(value)
}
