import type { LiveExercise } from '../format/exercise'
import { impossibleLive } from '../live/live-acts'
import type { LiveLab } from '../live/live-lab'
import { runLive } from '../live/live-run'
import { judgeRun, noFindings, reportOf, runsToMake, withNegated, type AuthorReport } from './author-check'

export interface LiveCheckOptions {
  /** The exercise of a learner with that seed. */
  readonly exerciseOf: (seed: number) => LiveExercise
  readonly lab: LiveLab
  readonly seeds: readonly number[]
  readonly negated?: string | undefined
}

/** As the check of a simulated one, in a lab that runs: it takes as long as its solutions take. */
export async function checkLiveExercise({ exerciseOf, lab, seeds, negated }: LiveCheckOptions): Promise<AuthorReport> {
  const first = exerciseOf(seeds[0] ?? 0)
  const impossible = impossibleLive(first)
  if (impossible.length > 0) return { id: first.id, seeds: 0, runs: 0, checks: first.checks.length, problems: impossible }
  const found = noFindings()
  for (const seed of seeds) {
    const exercise = withNegated(exerciseOf(seed), negated)
    for (const run of runsToMake(exercise)) {
      const made = await runLive(lab, { exercise, solution: run.solution.acts })
      if (made.ok) judgeRun({ exercise, seed, run, ...made.value }, found)
      else found.problems.push(`Seed ${seed}: "${run.solution.name}" could not be tried. ${made.error}`)
    }
  }
  return reportOf(first, seeds.length, found)
}
