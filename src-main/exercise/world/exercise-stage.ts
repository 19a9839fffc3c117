import type { ExerciseSource } from '../../contract/simulation'
import type { Stage } from '../../simulator/playback/stage'
import type { Exercise } from '../format/exercise'
import { ExerciseRun, type ActAfter, type ExerciseRunOptions } from './exercise-run'

export interface ExerciseStageOptions extends ExerciseRunOptions {
  readonly exercise: Pick<Exercise, 'id' | 'world' | 'script'>
}

/** The world of an exercise, as the player plays it (simulator/playback). */
export function exerciseStage(options: ExerciseStageOptions): Stage {
  const { exercise, seed, acts } = options
  const source: ExerciseSource = { kind: 'exercise', id: exercise.id, seed, acts: acts.map(plainAct) }
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

function plainAct({ event, act, parameters }: ActAfter): ExerciseSource['acts'][number] {
  return { event, act, parameters }
}
