import { describe, expect, it } from 'vitest'
import { tellViolations } from '../../src-main/simulator/run/report'
import { runWorld, type WorldResult } from '../../src-main/simulator/run/run-world'
import { REGRESSIONS } from './regressions'

const OPERATIONS = 600
const SEEDS_OF_A_TEST = 25
const TESTS = 10

function expectNoViolation(result: WorldResult, operations: number): void {
  expect(result.violations.length, tellViolations(result, { operations }).join('\n')).toBe(0)
}

describe('the pair', () => {
  it.each(Array.from({ length: TESTS }, (_, index) => 1 + index * SEEDS_OF_A_TEST))(
    `holds in ${SEEDS_OF_A_TEST} worlds from seed %i on`,
    (first) => {
      for (let seed = first; seed < first + SEEDS_OF_A_TEST; seed++)
        expectNoViolation(runWorld({ seed, operations: OPERATIONS }), OPERATIONS)
    },
  )

  it.each(REGRESSIONS)('holds in a world that once failed: $name (seed $seed)', ({ seed, operations }) => {
    expectNoViolation(runWorld({ seed, operations }), operations)
  })
})
