import type { SimulatedExercise, SimulatedWorld, TimedAct } from '../../../../src-main/exercise/format/exercise'

/** The world of an exercise with nothing special. */
export const CALM: SimulatedWorld = {
  kind: 'simulated',
  durationMs: 3000,
  drives: 6,
  volumes: [
    { name: 'alpha', mebibytes: 4, level: 'raid5', owner: 'a' },
    { name: 'bravo', mebibytes: 4, level: 'raid1', owner: 'b' },
  ],
  policies: { cachePolicy: 'write-through', dispatchScheme: 'serve-locally', automaticGiveback: true, ownershipByLoad: false },
  timers: { heartbeatMs: 100, suspectAfterBeats: 5, fenceAfterBeats: 8 },
  firmware: undefined,
  workload: { requestsPerSecond: 40, readShare: 0.3, blocks: 8, regionBlocks: 512, luns: 'all' },
}

/** Of an act at a time, as if it stood in a file. */
export function at(atMs: number, act: TimedAct['act'], parameters: TimedAct['parameters'] = {}): TimedAct {
  return { act, parameters, when: { type: 'at', atMs }, line: 1 }
}

export function calmExercise(
  script: readonly TimedAct[] = [],
  world: Partial<SimulatedWorld> = {},
): Pick<SimulatedExercise, 'id' | 'world' | 'script'> {
  return { id: 'calm', world: { ...CALM, ...world }, script }
}
