import type { Evidence } from '../evidence/evidence'
import { ExerciseRun, type ExerciseRunOptions, type RefusedAct } from './exercise-run'
import { RunRecorder } from './run-recorder'

export interface SimulatedRun {
  /** Without what the learner said. */
  readonly evidence: Evidence
  /** Of its events: the same run has the same. */
  readonly hash: string
  readonly refused: readonly RefusedAct[]
}

/** An exercise's run from its first to its last event, without a picture. */
export function simulate(options: ExerciseRunOptions): SimulatedRun {
  const run = new ExerciseRun(options)
  const recorder = new RunRecorder(run)
  while (run.step()) recorder.look()
  // An error of the last event ends the run.
  recorder.look()
  return {
    evidence: { ...recorder.evidence, predictions: {}, answers: {}, isOver: true },
    hash: run.world.trace.hash,
    refused: run.refused,
  }
}
