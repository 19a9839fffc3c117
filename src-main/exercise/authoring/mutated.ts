import type { Exercise } from '../format/exercise'
import type { AuthorReport } from './author-check'

/** Checks an exercise, with the opposite of the check with that id if one is given. */
export type CheckNegated = (negated: string | undefined) => AuthorReport | Promise<AuthorReport>

/**
 * A problem for each check whose opposite nobody would notice. An exercise that is not as it says would hide that: then only this is said.
 */
export async function mutated({ id, checks }: Pick<Exercise, 'id' | 'checks'>, check: CheckNegated): Promise<AuthorReport> {
  const asItIs = await check(undefined)
  if (asItIs.problems.length > 0) return asItIs
  const problems: string[] = []
  for (const one of checks) {
    const report = await check(one.id)
    if (report.problems.length === 0) problems.push(`The opposite of check ${one.id} (line ${one.line}) passes.`)
  }
  return { id, seeds: asItIs.seeds, runs: asItIs.runs, checks: checks.length, problems }
}
