/**
 * The simulated world of an exercise as a module of its own: of the firmware that ships it is part of each program that needs it; of a
 * flawed one there is a file that is loaded for its exercise alone.
 */
import { exerciseStage, type ExerciseStageOptions } from '../exercise/world/exercise-stage'
import { demoTimes } from '../exercise/world/demo-times'
import { simulate } from '../exercise/world/simulate'
import { ExerciseRun, type ExerciseRunOptions } from '../exercise/world/exercise-run'
import type { PlayableRun } from '../player/playable-run'
import { Playback } from '../simulator/playback/playback'

export { demoTimes, simulate }

/** Event by event. */
export function startRun(options: ExerciseRunOptions): ExerciseRun {
  return new ExerciseRun(options)
}

/** For the player. */
export function playExercise(options: ExerciseStageOptions): PlayableRun {
  return new Playback(exerciseStage(options))
}
