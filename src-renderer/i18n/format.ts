import { BLOCK_BYTES, GIB, KIB, MIB } from '../../src-main/base/units'

/** Numbers for people. A thin space would break tabular columns, so the locale's own grouping is used. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })

export function formatCount(value: number): string {
  return whole.format(value)
}

/** 12 345 as "12.3 k": for counters that have little room. */
export function formatShortCount(value: number): string {
  if (value < 10_000) return whole.format(value)
  if (value < 1_000_000) return `${tenth.format(value / 1000)} k`
  if (value < 1_000_000_000) return `${tenth.format(value / 1_000_000)} M`
  return `${tenth.format(value / 1_000_000_000)} G`
}

/** Milliseconds. A very short time is never shown as zero. */
export function formatMs(value: number): string {
  if (value > 0 && value < 0.05) return '<0.1'
  if (value < 10) return tenth.format(value)
  return whole.format(value)
}

/** A number of an answer as it came, but without the digits that only binary fractions have. */
export function formatPlain(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}

/** A share from 0 to 1 in percent. A small share is never shown as zero. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return '<1%'
  return `${whole.format(share * 100)}%`
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

/** Trace time as minutes, seconds and thousandths: 02:07.318. */
export function formatTraceTime(timeMs: number): string {
  const totalS = Math.floor(timeMs / 1000)
  const minutes = Math.floor(totalS / 60)
  const thousandths = Math.floor(timeMs % 1000)
  return `${String(minutes).padStart(2, '0')}:${String(totalS % 60).padStart(2, '0')}.${String(thousandths).padStart(3, '0')}`
}

/** The time of day on this machine: 14:02:07.318. */
export function formatWallClock(epochMs: number): string {
  const at = new Date(epochMs)
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${hours}:${minutes}:${seconds}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** The day and the time of day on this machine: 2026-11-30 14:02:07. */
export function formatDay(epochMs: number): string {
  const at = new Date(epochMs)
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
  return `${day} ${formatWallClock(epochMs).slice(0, 8)}`
}

/** Virtual time to the microsecond: 02:07.318.042. */
export function formatFineTime(timeMs: number): string {
  const wholeUs = Math.round(timeMs * 1000)
  return `${formatTraceTime(Math.floor(wholeUs / 1000))}.${String(wholeUs % 1000).padStart(3, '0')}`
}

function trimmed(value: number): string {
  return value >= 100 || Number.isInteger(value) ? whole.format(value) : tenth.format(value)
}
