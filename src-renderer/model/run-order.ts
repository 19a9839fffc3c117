import { failure, ok, type Result } from '../../src-main/base/result'
import { tellForks } from '../../src-main/contract/run-fork'
import { SIMULATION_BOUNDS, type SeedSource } from '../../src-main/contract/simulation'

const { minOperations, maxOperations, maxSpeed } = SIMULATION_BOUNDS

/** Virtual milliseconds per real millisecond, from slow enough to watch one hop to as fast as possible. */
export const SPEEDS: readonly number[] = [
  0.0002,
  0.0005,
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  maxSpeed,
]
export const USUAL_SPEED = 0.1
export const USUAL_OPERATIONS = 1000

/** The place in SPEEDS of the speed nearest to this one from below. */
export function speedIndex(speed: number): number {
  return Math.max(
    0,
    SPEEDS.findLastIndex((known) => known <= speed),
  )
}

/** The error is what a person is told. */
export type NumberProblem = 'missing' | 'not-whole' | 'too-large' | 'out-of-bounds'

export function parseSeed(text: string): Result<number, NumberProblem> {
  const whole = parseWhole(text)
  if (!whole.ok) return whole
  return Number.isSafeInteger(whole.value) ? whole : failure('too-large')
}

export function parseOperations(text: string): Result<number, NumberProblem> {
  const whole = parseWhole(text)
  if (!whole.ok) return whole
  return whole.value >= minOperations && whole.value <= maxOperations ? whole : failure('out-of-bounds')
}

function parseWhole(text: string): Result<number, NumberProblem> {
  const digits = text.replaceAll(/[\s,]/g, '')
  if (digits === '') return failure('missing')
  return /^\d+$/.test(digits) ? ok(Number(digits)) : failure('not-whole')
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
}

/** Runs the same world in a terminal, and finds the same. */
export function simulatorCommand({ seed, operations, forks }: Omit<SeedSource, 'kind'>): string {
  return `npm run sim -- --seed ${seed} --operations ${operations}${forks === undefined ? '' : ` --fork ${tellForks(forks)}`}`
}
