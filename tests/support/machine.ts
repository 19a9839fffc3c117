import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** Figures mean nothing without it. */
export function machine(): string {
  const all = cpus()
  const gib = totalmem() / 1024 ** 3
  const processors = `${all.length} x ${all[0]?.model ?? 'unknown processor'}`
  return `${processors}, ${gib.toFixed(1)} GiB, ${type()} ${release()}, Node ${process.versions.node}`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** What the machine is busy with besides; rightly 0 on systems that do not tell. */
export function load(): string {
  return `load ${loadavg()[0]?.toFixed(1) ?? '0'}`
}

/** The value that this share of all does not exceed; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** A count of a benchmark; another one by an environment variable, to see quickly that it works. */
export function countOf(variable: string, usual: number): number {
  return Number(process.env[variable] ?? usual)
}

/** For people. */
export function spread(valuesMs: readonly number[]): string {
  const [p50, p99, worst] = [percentile(valuesMs, 0.5), percentile(valuesMs, 0.99), percentile(valuesMs, 1)].map((ms) => ms.toFixed(0))
  return `p50 ${p50}, p99 ${p99}, worst ${worst} ms (${valuesMs.length})`
}

/** Linux counts in ticks of 10 ms. */
const TICKS_PER_SECOND = 100

/**
 * Processor time that a process has used with all its threads, or one thread of it: steady also on a machine that is busy
 * with other things.
 */
export function cpuSeconds(pid: number, thread?: number): number {
  const folder = thread === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${thread}`
  const afterName = readFileSync(`${folder}/stat`, 'utf8').split(') ')[1] ?? ''
  const fields = afterName.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
