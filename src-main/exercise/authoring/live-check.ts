import type { Result } from '../../base/result'
import type { LiveExercise, TimedAct } from '../format/exercise'
import { impossibleLive } from '../live/live-acts'
import type { LiveRun } from '../live/live-run'
import { judgeRun, noFindings, reportOf, runsToMake, withNegated, type AuthorReport } from './author-check'

/** Tries a solution in a lab that runs. The error is a sentence. */
export type TrySolution = (tried: {
  readonly exercise: LiveExercise
  readonly solution: readonly TimedAct[]
}) => Promise<Result<LiveRun, string>>

export interface LiveCheckOptions {
  /** The exercise of a learner with that seed. */
  readonly exerciseOf: (seed: number) => LiveExercise
  readonly trySolution: TrySolution
  readonly seeds: readonly number[]
  readonly negated?: string | undefined
}

/** As the check of a simulated one, in a lab that runs: it takes as long as its solutions take. */
export async function checkLiveExercise({ exerciseOf, trySolution, seeds, negated }: LiveCheckOptions): Promise<AuthorReport> {
  const first = exerciseOf(seeds[0] ?? 0)
  const impossible = impossibleLive(first)
  if (impossible.length > 0) return { id: first.id, seeds: 0, runs: 0, checks: first.checks.length, problems: impossible }
  const found = noFindings()
  for (const seed of seeds) {
    const exercise = withNegated(exerciseOf(seed), negated)
    for (const run of runsToMake(exercise)) {
      const made = await trySolution({ exercise, solution: run.solution.acts })
      if (made.ok) judgeRun({ exercise, seed, run, ...made.value }, found)
      else found.problems.push(`Seed ${seed}: "${run.solution.name}" could not be tried. ${made.error}`)
    }
  }
  return reportOf(first, seeds.length, found)
}
