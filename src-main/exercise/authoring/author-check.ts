import type { Evidence } from '../evidence/evidence'
import type { Exercise, ExerciseCheck, Solution } from '../format/exercise'
import { judge, type JudgedCheck } from '../grading/judge'
import { withReplies } from '../grading/replies'
import type { WorldModule } from '../grading/grade'

/** What the check of an exercise found. */
export interface AuthorReport {
  readonly id: string
  readonly seeds: number
  readonly runs: number
  readonly checks: number
  /** Sentences; none: the exercise is as it says. */
  readonly problems: readonly string[]
}

export interface AuthorCheckOptions {
  /** The exercise of a learner with that seed. */
  readonly exerciseOf: (seed: number) => Exercise
  readonly world: WorldModule
  readonly seeds: readonly number[]
  /** Asks the opposite of the check with this id: a check that matters is then found wrong. */
  readonly negated?: string | undefined
}

/** Nobody does anything and nobody says anything. */
const EMPTY: Solution = { name: 'the empty run', acts: [], predictions: {}, answers: {}, line: 0 }
/** Of each kind of problem. More would say the same. */
const MOST_PROBLEMS = 12

/**
 * An exercise is as it says if in every seed all checks are true of each solution, the check that a wrong solution names is not true of
 * it, not all are true of the empty run, and there is something of which each check is not true.
 */
export function checkExercise(options: AuthorCheckOptions): AuthorReport {
  const { exerciseOf, seeds } = options
  const first = exerciseOf(seeds[0] ?? 0)
  const problems: string[] = []
  const refuted = new Set<string>()
  let runs = 0
  for (const seed of seeds) {
    const exercise = withNegated(exerciseOf(seed), options.negated)
    const judged = (solution: Solution): readonly JudgedCheck[] => {
      runs++
      return judge(exercise, evidenceOf(exercise, solution, { world: options.world, seed }))
    }
    for (const solution of exercise.solutions) problems.push(...wrongOfSolution(solution, judged(solution), seed))
    for (const wrong of exercise.wrong) {
      const checks = judged(wrong)
      noteRefuted(checks, refuted)
      const named = checks.find(({ id }) => id === wrong.fails)
      if (named?.verdict.value === 'true') problems.push(`Seed ${seed}: ${tell(wrong)} does not fail ${wrong.fails}${tellVerdict(named)}.`)
    }
    const empty = judged(EMPTY)
    noteRefuted(empty, refuted)
    if (empty.every(({ verdict }) => verdict.value === 'true')) problems.push(`Seed ${seed}: ${EMPTY.name} passes all checks.`)
  }
  for (const { id, line } of first.checks)
    if (!refuted.has(id))
      problems.push(`Check ${id} (line ${line}) is never failed: no wrong solution, and not the empty run, shows what it is for.`)
  return { id: first.id, seeds: seeds.length, runs, checks: first.checks.length, problems: few(problems) }
}

function evidenceOf(
  exercise: Exercise,
  solution: Solution,
  { world, seed }: { readonly world: WorldModule; readonly seed: number },
): Evidence {
  return withReplies(exercise, world.simulate({ exercise, seed, acts: [], solution: solution.acts }).evidence, solution)
}

function wrongOfSolution(solution: Solution, checks: readonly JudgedCheck[], seed: number): readonly string[] {
  return checks.flatMap((check) =>
    check.verdict.value === 'true' ? [] : [`Seed ${seed}: ${tell(solution)} fails ${check.id}${tellVerdict(check)}.`],
  )
}

/** A check that cannot be decided where nothing was done or said has been failed there, too. */
function noteRefuted(checks: readonly JudgedCheck[], refuted: Set<string>): void {
  for (const { id, verdict } of checks) if (verdict.value !== 'true') refuted.add(id)
}

function withNegated(exercise: Exercise, id: string | undefined): Exercise {
  if (id === undefined) return exercise
  return { ...exercise, checks: exercise.checks.map((one) => (one.id === id ? opposite(one) : one)) }
}

function opposite(one: ExerciseCheck): ExerciseCheck {
  const { text, expression } = one.check
  return { ...one, check: { text: `not (${text})`, expression: { type: 'not', at: 0, operand: expression } } }
}

function tell({ name, line }: Solution): string {
  return line === 0 ? name : `"${name}" (line ${line})`
}

function tellVerdict(check: JudgedCheck | undefined): string {
  if (check === undefined) return ', which is no check'
  const { value, why } = check.verdict
  return `: it is ${value}${why === undefined ? '' : `, because ${why}`}`
}

function few(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems
  return [...problems.slice(0, MOST_PROBLEMS), `And ${problems.length - MOST_PROBLEMS} more.`]
}
