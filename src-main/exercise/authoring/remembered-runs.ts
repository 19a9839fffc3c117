import type { Result } from '../../base/result'
import type { LiveRun } from '../live/live-run'
import type { WorldModule } from '../grading/grade'
import type { SimulatedRun } from '../world/simulate'
import type { TrySolution } from './live-check'

/** A world of one exercise that does not run again what it has run already: the same run is asked many checks. */
export function rememberedRuns(world: WorldModule): WorldModule {
  const runs = new Map<string, SimulatedRun>()
  return {
    simulate: (options) => {
      const { seed, acts, solution } = options
      const key = JSON.stringify([seed, acts, solution])
      const known = runs.get(key) ?? world.simulate(options)
      runs.set(key, known)
      return known
    },
  }
}

/** As that, of one exercise of one learner in a lab that runs. */
export function rememberedTries(trySolution: TrySolution): TrySolution {
  const tries = new Map<string, Promise<Result<LiveRun, string>>>()
  return (tried) => {
    const key = JSON.stringify(tried.solution)
    const known = tries.get(key) ?? trySolution(tried)
    tries.set(key, known)
    return known
  }
}
