import type { FuzzOptions } from './options'
import type { WorkerNews } from './protocol'

/** What may be held more at the end than early on, in MiB: caches of the engine, and pieces that it has not put together. */
const GROWTH_MIB = 24
const MIN_BATCHES = 16

/** Of all batches: no bench is open when it is measured, so whatever grows has been leaked. */
export function isGrowing(heldMib: readonly number[]): boolean {
  return heldMib.length >= MIN_BATCHES && grownMib(heldMib) > GROWTH_MIB
}

export function tellDone(
  { figures, heldMib, found }: Extract<WorkerNews, { kind: 'done' }>,
  { seed, json }: Pick<FuzzOptions, 'seed' | 'json'>,
): string {
  const cases = figures.reduce((sum, one) => sum + one.cases, 0)
  const seconds = figures.reduce((sum, one) => sum + one.seconds, 0)
  const rows = figures.map(
    (one) => `  ${one.name.padEnd(10)} ${String(one.cases).padStart(8)} cases ${one.seconds.toFixed(1).padStart(8)} s`,
  )
  const growth = `memory ${signed(grownMib(heldMib))} MiB${isGrowing(heldMib) ? ', WHICH IS TOO MUCH' : ''}`
  const words = [`${cases} cases in ${seconds.toFixed(0)} s of seed ${seed}: ${found} found, ${growth}`, ...rows]
  const program = JSON.stringify({ seed, cases, seconds, found, grownMib: grownMib(heldMib), figures })
  return [...words, ...(json ? [program] : [])].join('\n')
}

/** The middle of the last quarter over the middle of the first. */
function grownMib(heldMib: readonly number[]): number {
  const quarter = Math.max(1, heldMib.length >>> 2)
  return median(heldMib.slice(-quarter)) - median(heldMib.slice(0, quarter))
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >>> 1] ?? 0
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`
}
