import { cpus, release, totalmem, type } from 'node:os'

/** Figures mean nothing without it. */
export function machine(): string {
  const all = cpus()
  const gib = totalmem() / 1024 ** 3
  return `${all.length} x ${all[0]?.model ?? 'unknown processor'}, ${gib.toFixed(1)} GiB, ${type()} ${release()}, Node ${process.versions.node}`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
