import type { RunFork } from '../../contract/run-fork'
import { ALL_FAULTS } from '../faults/all-faults'
import { goesWithPowerLoss, powerLoss } from '../faults/power-loss'
import type { Swarm } from '../faults/swarm'
import { TWO_DRIVE_FAULTS } from '../faults/two-drives'

/** The names of the faults that a fork of a world may have: those that its checks know how to judge. */
export function forkableFaults({ losesPower, smallArray }: Pick<Swarm, 'losesPower' | 'smallArray'>): readonly string[] {
  const faults = ALL_FAULTS.filter((fault) => {
    if (losesPower) return goesWithPowerLoss(fault)
    return fault !== powerLoss && (smallArray?.survivesMore === true || !TWO_DRIVE_FAULTS.includes(fault))
  })
  return faults.map(({ name }) => name)
}

/** A sentence about what of the forks is not possible in a world. Undefined: nothing. */
export function forkProblem(forks: readonly RunFork[], swarm: Pick<Swarm, 'losesPower' | 'smallArray'>): string | undefined {
  const faults = forkableFaults(swarm)
  const wrong = forks.flatMap(({ change }) => ('name' in change && !faults.includes(change.name) ? [change.name] : []))[0]
  return wrong === undefined ? undefined : `In this world no fork can have the fault "${wrong}". It can have ${faults.join(', ')}.`
}
