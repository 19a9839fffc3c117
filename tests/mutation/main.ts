/** `npm run mutate`. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TESTED_BUGS } from '../simulation/planted/tested'
import { BenchClient, type Outcome } from './bench-client'
import { ImportGraph } from './import-graph'
import { keyOf, Ledger, type Entry } from './ledger'
import { applied, mutantsOf, type Mutant } from './mutants'
import { OPTIONS_HELP, parseMutationOptions, type MutationOptions } from './options'
import { isFound, plantedOutcome, tellPlanted } from './planted'
import { tellEntries, tellSurvivor } from './report'
import { sampleOf } from './sample'

const EXIT = { fine: 0, survivors: 1, badOptions: 2 } as const
const LEDGER = 'tests/artifacts/mutation.ndjson'
/** Longer than any test takes, on a machine that has other things to do. */
const SILENCE_MS = 120_000

interface Candidate {
  readonly file: string
  readonly text: string
  readonly mutant: Mutant
}

const bench = new BenchClient(fileURLToPath(new URL('bench.js', import.meta.url)), SILENCE_MS)
process.on('exit', () => bench.end())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT.survivors))

const options = parseMutationOptions(process.argv.slice(2))
if (options === 'help') say(OPTIONS_HELP)
else if ('error' in options) {
  process.stderr.write(`${options.error} (--help shows all options.)\n`)
  process.exitCode = EXIT.badOptions
} else process.exit(await (options.planted ? runPlanted(options) : run(options)))

async function run(options: MutationOptions): Promise<number> {
  const tests = options.tests.flatMap((folder) => filesUnder(join('tests', folder))).filter((path) => path.endsWith('.test.ts'))
  const graph = new ImportGraph(tests)
  const ledger = new Ledger(LEDGER)
  const sample = sampleOf(candidatesByFile(options.files), options.count, options.seed)
  const entries: Entry[] = []
  for (const { file, text, mutant } of sample) {
    const key = keyOf(file, text, mutant)
    const known = ledger.get(key)
    if (known !== undefined && !(options.again && known.outcome.result === 'survived')) entries.push(known)
    else {
      const startedAtMs = performance.now()
      const entry = { file, mutant, outcome: await outcomeOf({ file, text, mutant }, graph.testsOf(file)) }
      ledger.add(key, entry)
      entries.push(entry)
      tell(entry, entries.length, sample.length, performance.now() - startedAtMs)
    }
  }
  say(`\n${tellEntries(entries)}`)
  return entries.some(({ outcome }) => outcome.result === 'survived') ? EXIT.survivors : EXIT.fine
}

async function outcomeOf({ file, text, mutant }: Candidate, tests: readonly string[]): Promise<Outcome> {
  if (tests.length === 0) return { result: 'survived' }
  const mutation = { path: resolve(file), text: applied(text, mutant) }
  return bench.run({ mutation, tests: tests.map((test) => resolve(test)) })
}

async function runPlanted({ files }: MutationOptions): Promise<number> {
  const bugs = TESTED_BUGS.filter(({ file }) => files.some((name) => file.startsWith(join('src-main/core', name))))
  let missed = 0
  for (const bug of bugs) {
    const outcome = await plantedOutcome(bench, bug)
    if (!isFound(outcome)) missed++
    say(tellPlanted(bug, outcome))
  }
  say(`${bugs.length} bugs planted, ${bugs.length - missed} found by the test that is named with them`)
  return missed > 0 ? EXIT.survivors : EXIT.fine
}

function candidatesByFile(names: readonly string[]): Candidate[][] {
  return names
    .flatMap((name) => filesUnder(join('src-main/core', name)))
    .map((file) => {
      const text = readFileSync(file, 'utf8')
      return mutantsOf(text).map((mutant) => ({ file, text, mutant }))
    })
}

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(path, name))
    .toSorted()
}

function tell(entry: Entry, position: number, count: number, tookMs: number): void {
  const { outcome, file, mutant } = entry
  const where = outcome.result === 'survived' ? tellSurvivor(entry) : `${file}:${mutant.line}:${mutant.column} ${mutant.kind}`
  const by = outcome.result === 'killed' ? ` by ${outcome.by}` : ''
  say(`[${position}/${count}, ${Math.round(tookMs / 100) / 10} s] ${outcome.result}${by}: ${where}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
