import { DEFAULT_TIMINGS, type ControllerTimings } from '../../core/controller/peer/timings'
import type { Swarm } from '../faults/swarm'

/** Those of the lab, but with the sizes that the swarm has drawn for the world. */
export function timingsOf({ checkpointStripes, load = DEFAULT_TIMINGS.load }: Swarm): ControllerTimings {
  const { rebuild, verification } = DEFAULT_TIMINGS
  if (checkpointStripes === undefined) return { ...DEFAULT_TIMINGS, load }
  return { ...DEFAULT_TIMINGS, load, rebuild: { ...rebuild, checkpointStripes }, verification: { ...verification, checkpointStripes } }
}
