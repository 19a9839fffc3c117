import type { SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'

/**
 * Commands of the run's hosts that were counted and not traced. Of a seed, the last picture knows. A picture of a lab counts since the lab
 * was started, and each command in every thread that left it out; so in a recording, what the host tells in the run counts.
 */
export function omittedCommands({ run, experience }: SimulationOutline, last: LabSnapshot | undefined): number {
  if (run.kind === 'seed') return last?.trace.omitted ?? 0
  return (experience?.commands.omitted ?? []).reduce((sum, { commands }) => sum + commands, 0)
}
