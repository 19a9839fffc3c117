import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { FORK_POLICY_NAMES, valuesOf, type ForkChange } from '../../src-main/contract/run-fork'
import { forkableFaults } from '../../src-main/simulator/run/fork-choices'
import { runWorld, swarmOf, WorldRun } from '../../src-main/simulator/run/run-world'

const OPERATIONS = 150
const SEEDS = [3, 11, 24]

/** The middle of the time in which faults strike. */
function middleOf(seed: number): number {
  const run = new WorldRun({ seed, operations: OPERATIONS })
  while (run.step());
  const { fromEvent, untilEvent } = present(run.faultEvents, 'the time of faults')
  return Math.floor((fromEvent + untilEvent) / 2)
}

describe.each(SEEDS)('forks of seed %i', (seed) => {
  const event = middleOf(seed)
  const run = (change: ForkChange) => runWorld({ seed, operations: OPERATIONS, forks: [{ event, change }] })

  it('break no rule, whatever strikes', () => {
    for (const name of forkableFaults(swarmOf({ seed, operations: OPERATIONS }))) {
      const { violations, parted } = run({ kind: 'strike', name })
      expect(violations, name).toEqual([])
      expect(parted?.event, name).toBe(event)
    }
  })

  it('break no rule, whatever policy is set', () => {
    for (const policy of FORK_POLICY_NAMES)
      for (const value of valuesOf(policy)) {
        const { violations, parted } = run({ kind: 'policy', policy, value })
        expect(violations, `${policy} ${value}`).toEqual([])
        expect(parted?.event).toBe(event)
      }
  })
})
