import { describe, expect, it } from 'vitest'
import { runSimulator } from '../support/planted-simulator'
import { CLASSIC_BUGS, OTHER_BUGS, type PlantedBug } from './planted'

/** Of each bug, from seed 1 on. */
const SEEDS_WITHIN = 300
const OPERATIONS = 2000
/** All of the seeds, on a machine that has other things to do. */
const GIVEN_UP_AFTER_MS = 15 * 60_000

/** The seed at which it was found, searching from where its own file says. */
async function seedOf(bug: PlantedBug, signal: AbortSignal): Promise<number> {
  const { searchFrom: first = 1 } = bug
  const { exitCode, sum, checkers, output } = await runSimulator({
    bug,
    signal,
    args: ['--seed', String(first), '--seeds', String(SEEDS_WITHIN - first + 1), '--operations', String(OPERATIONS)],
  })
  expect(exitCode, output).toBe(1)
  expect(
    checkers.filter((checker) => bug.checkers.includes(checker)),
    output,
  ).not.toEqual([])
  return first + sum.seeds - 1
}

/** The worlds are right without the bug: what was found is the bug. */
async function expectHoldsWithout(bug: PlantedBug, lastSeed: number, signal: AbortSignal): Promise<void> {
  const { searchFrom: first = 1 } = bug
  const { exitCode, sum, output } = await runSimulator({
    signal,
    args: ['--seed', String(first), '--seeds', String(lastSeed - first + 1), '--operations', String(OPERATIONS)],
  })
  expect(exitCode, output).toBe(0)
  expect(sum).toMatchObject({ violations: 0, seeds: lastSeed - first + 1 })
}

describe.each([
  ['that such pairs really had', CLASSIC_BUGS],
  ['for every other checker and fault', OTHER_BUGS],
])('a planted bug %s is found', (_, bugs) => {
  it.concurrent.for(bugs)('$name', { timeout: GIVEN_UP_AFTER_MS }, async (bug, { signal }) => {
    const { searchFrom = 1 } = bug
    const seed = await seedOf(bug, signal)
    console.log(`"${bug.name}" is found at seed ${seed}, ${seed - searchFrom + 1} seeds from ${searchFrom} on; without it they hold`)
    await expectHoldsWithout(bug, seed, signal)
  })
})

it('at least ten are planted', () => {
  expect(CLASSIC_BUGS.length).toBeGreaterThanOrEqual(10)
})
