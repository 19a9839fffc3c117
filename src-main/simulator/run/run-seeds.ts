import { RunningHash } from '../running-hash'
import { runWorld, type WorldResult } from './run-world'

export interface SeedsOptions {
  readonly firstSeed: number
  /** Host commands of each world, about. */
  readonly operations: number
  /** Asked before every world but the first. */
  goesOn(worlds: number, violations: number): boolean
  /** After every world. */
  ran(result: WorldResult): void
}

export interface SeedsResult {
  readonly seed: number
  readonly seeds: number
  readonly operations: number
  readonly faults: number
  readonly violations: number
  /** Over the event logs of all worlds in order. */
  readonly hash: string
  readonly virtualSeconds: number
}

/** Worlds one after the other, from the first seed on. */
export function runSeeds({ firstSeed, operations, goesOn, ran }: SeedsOptions): SeedsResult {
  const hash = new RunningHash()
  const sum = { seeds: 0, operations: 0, faults: 0, violations: 0, virtualMs: 0 }
  do {
    const result = runWorld({ seed: firstSeed + sum.seeds, operations })
    sum.seeds++
    sum.operations += result.operations
    sum.faults += result.faults
    sum.violations += result.violations.length
    sum.virtualMs += result.virtualMs
    hash.mix(result.hash)
    ran(result)
  } while (goesOn(sum.seeds, sum.violations))
  const { seeds, faults, violations, virtualMs } = sum
  return { seed: firstSeed, seeds, operations: sum.operations, faults, violations, hash: hash.value, virtualSeconds: Math.round(virtualMs) / 1000 }
}
