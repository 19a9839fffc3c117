import { RunningHash } from '../running-hash'
import type { Kept } from './kept'
import { runWorld, type WorldResult, type WorldRunOptions } from './run-world'

export interface SeedsOptions {
  readonly firstSeed: number
  /** Host commands of each world, about. */
  readonly operations: number
  /** Only these parts of each world. Undefined: all. */
  readonly kept?: Kept | undefined
  /** Of each world, too. Undefined: none. */
  readonly forks?: WorldRunOptions['forks']
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

/** Runs worlds one after the other, from the first seed on. */
export function runSeeds(options: SeedsOptions): SeedsResult {
  const sum = new SeedsSum(options)
  while (sum.goesOn) sum.add(runWorld({ seed: sum.nextSeed, operations: options.operations, kept: options.kept, forks: options.forks }))
  return sum.result()
}

/** Takes the results of worlds in the order of their seeds, wherever they were run. */
export class SeedsSum {
  readonly #options: SeedsOptions
  readonly #hash = new RunningHash()
  #seeds = 0
  #operations = 0
  #faults = 0
  #violations = 0
  #virtualMs = 0
  #goesOn = true

  constructor(options: SeedsOptions) {
    this.#options = options
  }

  /** False once no further world counts. */
  get goesOn(): boolean {
    return this.#goesOn
  }

  /** The seed of the world whose result comes next. */
  get nextSeed(): number {
    return this.#options.firstSeed + this.#seeds
  }

  add(result: WorldResult): void {
    this.#seeds++
    this.#operations += result.operations
    this.#faults += result.faults
    this.#violations += result.violations.length
    this.#virtualMs += result.virtualMs
    this.#hash.mix(result.hash)
    this.#options.ran(result)
    this.#goesOn = this.#options.goesOn(this.#seeds, this.#violations)
  }

  result(): SeedsResult {
    return {
      seed: this.#options.firstSeed,
      seeds: this.#seeds,
      operations: this.#operations,
      faults: this.#faults,
      violations: this.#violations,
      hash: this.#hash.value,
      virtualSeconds: Math.round(this.#virtualMs) / 1000,
    }
  }
}
