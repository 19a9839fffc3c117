import { describe, expect, it } from 'vitest'
import { runSimulator } from '../support/planted-simulator'
import { PLANTED_BUGS } from './planted'

/** Of each bug, from seed 1 on. */
const SEEDS_WITHIN = 2000
const OPERATIONS = 600

describe('a planted bug is found', () => {
  it.each(PLANTED_BUGS)('$name', async (bug) => {
    const { exitCode, sum, checkers, output } = await runSimulator({ bug, args: ['--seed', '1', '--seeds', String(SEEDS_WITHIN), '--operations', String(OPERATIONS)] })
    expect(exitCode, output).toBe(1)
    expect(sum.violations).toBeGreaterThan(0)
    expect(bug.checkers, output).toContain(checkers[0])
  })
})
