import type { ExerciseSource, SimulationMoment } from '../../contract/simulation'
import type { Stage } from '../../simulator/playback/stage'
import type { SimulatedExercise } from '../format/exercise'
import { ExerciseRun, type ActAfter, type ExerciseRunOptions } from './exercise-run'

export interface ExerciseStageOptions extends ExerciseRunOptions {
  readonly exercise: Pick<SimulatedExercise, 'id' | 'world' | 'script'>
}

/** The world of an exercise, as the player plays it (simulator/playback). */
export function exerciseStage(options: ExerciseStageOptions): Stage {
  const { exercise, seed, acts } = options
  const source: ExerciseSource = { kind: 'exercise', id: exercise.id, begin: beginOf(options), seed, acts: acts.map(plainAct) }
  return {
    source,
    name: `exercise ${exercise.id}, seed ${seed}`,
    operations: exercise.world.durationMs,
    begin: (watcher) => new ExerciseRun(options, watcher),
    show: () => {
      const run = new ExerciseRun(options)
      return { run, hosts: run }
    },
  }
}

/** Nothing is done to the pair before. */
function beginOf(options: ExerciseStageOptions): SimulationMoment {
  const run = new ExerciseRun({ ...options, acts: [] })
  while (run.servesFromMs === undefined && run.step());
  const { clock } = run.world
  return { event: clock.eventsRun, atMs: clock.nowMs() }
}

function plainAct({ event, act, parameters }: ActAfter): ExerciseSource['acts'][number] {
  return { event, act, parameters }
}
