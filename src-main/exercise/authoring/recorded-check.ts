import type { Result } from '../../base/result'
import type { RecordedExercise } from '../format/exercise'
import type { RunAgain } from '../grading/recorded-try'
import { judgeRun, noFindings, reportOf, runsToMake, withNegated, type AuthorReport } from './author-check'

export interface RecordedCheckOptions {
  /** The exercise of a learner with that seed. */
  readonly exerciseOf: (seed: number) => RecordedExercise
  /** Of the recording that it is about. The error is a sentence. */
  readonly runOf: (exercise: RecordedExercise) => Result<RunAgain, string>
  readonly seeds: readonly number[]
  readonly negated?: string | undefined
}

/** A drawing of time in the window is as long as the file says. */
const TOLERANCE_MS = 100

/** As the check of a simulated one: what happened is in the recording, and solutions differ only in what they say of it. */
export function checkRecordedExercise({ exerciseOf, runOf, seeds, negated }: RecordedCheckOptions): AuthorReport {
  const first = exerciseOf(seeds[0] ?? 0)
  const found = noFindings()
  const unfit = new Set<string>()
  for (const seed of seeds) {
    const exercise = withNegated(exerciseOf(seed), negated)
    const made = runOf(exercise)
    for (const problem of made.ok ? problemsOf(exercise, made.value) : [made.error]) unfit.add(problem)
    if (!made.ok) continue
    const { evidence } = made.value
    for (const run of runsToMake(exercise)) judgeRun({ exercise, seed, run, evidence, refused: [] }, found)
  }
  const report = reportOf(first, seeds.length, found)
  return { ...report, problems: [...unfit, ...report.problems] }
}

/** Where the recording is not what the file says of it: sentences. */
function problemsOf({ world }: RecordedExercise, { evidence, problems }: RunAgain): readonly string[] {
  const tookMs = evidence.untilMs - evidence.fromMs
  const { luns, volumes } = evidence.frames.at(-1)?.array?.configuration ?? { luns: [], volumes: [] }
  const nameAt = (lun: number): string | undefined =>
    volumes.find(({ id }) => luns.some((mapped) => mapped.lun === lun && mapped.volumeId === id))?.name
  const wrong = world.volumes.findIndex((name, lun) => nameAt(lun) !== name)
  return [
    ...problems,
    ...(Math.abs(tookMs - world.durationMs) > TOLERANCE_MS
      ? [`${world.file} takes ${Math.round(tookMs)} ms: write "duration: ${Math.round(tookMs)} ms".`]
      : []),
    ...(wrong >= 0 ? [`${world.file} has ${nameAt(wrong) ?? 'no volume'} at LUN ${wrong}, not ${world.volumes[wrong] ?? ''}.`] : []),
  ]
}
