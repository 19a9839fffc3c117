/** `npm run mutate -- --planted`: bugs that a person planted, each with the test that must notice it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestedBug } from '../simulation/planted/tested'
import type { BenchClient, Outcome } from './bench-client'

export async function plantedOutcome(bench: BenchClient, { file, find, replace, foundBy, name }: TestedBug): Promise<Outcome> {
  const parts = readFileSync(file, 'utf8').split(find)
  if (parts.length !== 2) throw new Error(`${name}: ${JSON.stringify(find)} stands ${parts.length - 1} times in ${file}, not once`)
  const mutation = { path: resolve(file), text: parts.join(replace) }
  return bench.run({ mutation, tests: [resolve(join('tests', foundBy.file))], testName: foundBy.test.replaceAll(' > ', ' ') })
}

/** A file that cannot be loaded, or a loop without end, does not show that the named test notices the bug. */
export function isFound(outcome: Outcome): boolean {
  return outcome.result === 'killed' && outcome.test !== undefined
}

export function tellPlanted({ name, file, foundBy }: TestedBug, outcome: Outcome): string {
  const by = `${foundBy.file}: ${foundBy.test}`
  return isFound(outcome) ? `found: "${name}" by ${by}` : `MISSED (${outcome.result}): "${name}" in ${file}, by ${by}`
}
