import type { Reply } from '../../contract/exercise-reply'
import type { Evidence } from '../evidence/evidence'
import { ExerciseRun, type ExerciseRunOptions } from './exercise-run'
import { RunRecorder } from './run-recorder'

export interface SimulatedRun {
  readonly evidence: Evidence
  /** Of its events: the same run has the same. */
  readonly hash: string
}

/** An exercise's run from its first to its last event, without a picture. `replies`: by the ids of predictions and of questions. */
export function simulate(
  options: ExerciseRunOptions,
  replies: { readonly predictions: Readonly<Record<string, Reply>>; readonly answers: Readonly<Record<string, Reply>> },
): SimulatedRun {
  const run = new ExerciseRun(options)
  const recorder = new RunRecorder(run)
  while (run.step()) recorder.look()
  // An error of the last event ends the run.
  recorder.look()
  return { evidence: { ...recorder.evidence, ...replies, isOver: true }, hash: run.world.trace.hash }
}
