import { BLOCK_BYTES, GIB, KIB, MIB } from '../../base/units'

/** Numbers for people who read a report. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export function count(value: number): string {
  return whole.format(value)
}

/** Of blocks of 512 bytes. */
export function size(blocks: number): string {
  const bytes = blocks * BLOCK_BYTES
  const [unit, name] = bytes >= GIB ? [GIB, 'GiB'] : bytes >= MIB ? [MIB, 'MiB'] : bytes >= KIB ? [KIB, 'KiB'] : [1, 'B']
  return `${Number((bytes / unit).toFixed(1))} ${name}`
}

/** A length of time to the hundredth of a millisecond. */
export function ms(value: number): string {
  return value >= 1000 ? whole.format(value) : String(Number(value.toFixed(2)))
}

/** A moment, as minutes, seconds and thousandths: 02:07.318. */
export function moment(timeMs: number): string {
  const totalMs = Math.max(0, Math.round(timeMs))
  const minutes = Math.floor(totalMs / 60_000)
  const seconds = ((totalMs % 60_000) / 1000).toFixed(3)
  return `${String(minutes).padStart(2, '0')}:${seconds.padStart(6, '0')}`
}

/** The same everywhere: 2026-11-30 14:02:07 UTC. */
export function day(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A coordinate. */
export function at(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(1))) : '0'
}
