import { reasonText } from '../checks/reason-text'
import type { Exercise, ExerciseCheck, SimulatedExercise, Solution } from '../format/exercise'
import type { Evidence } from '../evidence/evidence'
import { judge, type JudgedCheck } from '../grading/judge'
import { withReplies } from '../grading/replies'
import type { WorldModule } from '../grading/grade'
import { leastDrives } from '../world/exercise-array'
import { SIMULATED_ACTS } from '../world/simulated-acts'

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
  readonly exerciseOf: (seed: number) => SimulatedExercise
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
  const { exerciseOf, seeds, world, negated } = options
  const first = exerciseOf(seeds[0] ?? 0)
  const impossible = impossibleIn(first)
  if (impossible.length > 0) return { id: first.id, seeds: 0, runs: 0, checks: first.checks.length, problems: impossible }
  const found = noFindings()
  for (const seed of seeds) checkSeed({ exercise: withNegated(exerciseOf(seed), negated), seed, world }, found)
  return reportOf(first, seeds.length, found)
}

/** What runs of an exercise have shown so far. */
export interface Findings {
  readonly problems: string[]
  /** Ids of checks that were not true of something. */
  readonly refuted: Set<string>
  runs: number
}

export function noFindings(): Findings {
  return { problems: [], refuted: new Set(), runs: 0 }
}

export function reportOf({ id, checks }: Exercise, seeds: number, found: Findings): AuthorReport {
  for (const check of checks)
    if (!found.refuted.has(check.id))
      found.problems.push(
        `Check ${check.id} (line ${check.line}) is never failed: no wrong solution, and not the empty run, shows what it is for.`,
      )
  return { id, seeds, runs: found.runs, checks: checks.length, problems: few(found.problems) }
}

interface SeedParts {
  readonly exercise: SimulatedExercise
  readonly seed: number
  readonly world: WorldModule
}

function checkSeed({ exercise, seed, world }: SeedParts, found: Findings): void {
  for (const run of runsToMake(exercise)) {
    const { evidence, refused } = world.simulate({ exercise, seed, acts: [], solution: run.solution.acts })
    judgeRun({ exercise, seed, run, evidence, refused }, found)
  }
}

/** A run that an author’s check makes, and what is expected of it. */
export interface RunToMake {
  readonly solution: Solution
  /** Nobody does anything. */
  readonly isEmpty: boolean
  /** Of a wrong solution: the check that must not be true. */
  readonly fails: string | undefined
}

export function runsToMake({ solutions, wrong }: Pick<Exercise, 'solutions' | 'wrong'>): readonly RunToMake[] {
  return [
    ...solutions.map((solution) => ({ solution, isEmpty: false, fails: undefined })),
    ...wrong.map((solution) => ({ solution, isEmpty: false, fails: solution.fails })),
    { solution: EMPTY, isEmpty: true, fails: undefined },
  ]
}

export interface MadeRun {
  readonly exercise: Exercise
  readonly seed: number
  readonly run: RunToMake
  readonly evidence: Evidence
  readonly refused: readonly { readonly by: 'learner' | 'script'; readonly act: { readonly act: string }; readonly why: string }[]
}

/** Whether a run is as it is expected to be. */
export function judgeRun({ exercise, seed, run, evidence, refused }: MadeRun, found: Findings): void {
  found.runs++
  const { solution, isEmpty, fails } = run
  const checks = judge(exercise, withReplies(exercise, evidence, solution))
  if (!isEmpty && fails === undefined) {
    found.problems.push(...wrongOfSolution(solution, checks, seed))
    for (const { act, why } of refused.filter(({ by }) => by === 'learner'))
      found.problems.push(`Seed ${seed}: ${tell(solution)} does ${act.act} in vain. ${why}`)
    return
  }
  noteRefuted(checks, found.refuted)
  if (isEmpty) {
    if (checks.every(({ verdict }) => verdict.value === 'true')) found.problems.push(`Seed ${seed}: ${solution.name} passes all checks.`)
    return
  }
  const named = checks.find(({ id }) => id === fails)
  if (named?.verdict.value === 'true')
    found.problems.push(`Seed ${seed}: ${tell(solution)} does not fail ${named.id}${tellVerdict(named)}.`)
}

/** What no simulated world can be or do: sentences. */
function impossibleIn({ world: { volumes, drives }, script, allowed }: SimulatedExercise): readonly string[] {
  const least = leastDrives(volumes)
  const strange = [...new Set([...script, ...allowed].map(({ act }) => act))].filter((act) => !SIMULATED_ACTS.includes(act))
  return [
    ...(drives < least ? [`These volumes need ${least} drives: write "drives: ${least}" or choose other levels.`] : []),
    ...strange.map((act) => `A simulated pair cannot do ${act}. It can do ${SIMULATED_ACTS.join(', ')}.`),
  ]
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

export function withNegated<E extends Exercise>(exercise: E, id: string | undefined): E {
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
  return `: it is ${value}${why === undefined ? '' : `, because ${reasonText(why)}`}`
}

function few(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems
  return [...problems.slice(0, MOST_PROBLEMS), `And ${problems.length - MOST_PROBLEMS} more.`]
}
