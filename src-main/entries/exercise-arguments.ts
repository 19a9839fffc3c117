import { parseArgs } from 'node:util'
import { failure, ok, type Result } from '../base/result'
import { SHIPPED_DIR } from './exercise-shelf'

const HELP = `npm run exercise -- COMMAND: exercises, in simulated worlds or in a lab that runs.

  check [DIR]               is each exercise below DIR as it says? Every solution has to pass, each wrong one has to fail
                            the check that it names, and the empty run has to fail. Every step of a demo has to come about.
                            DIR: ${SHIPPED_DIR}, or one exercise or demo
    --seeds N               as many learners (default 20)
    --live-seeds N          as many of live exercises, which take real time (default 1)
    --jobs N                exercises at the same time (default: one for each core)
    --mutate                instead: the opposite of each check has to be found wrong
  run DIR --learner NAME    do an exercise in the terminal; writes what to hand in
    --out FILE              where (default: ID-NAME.submission.json)
  grade FILE...             run again what learners handed in, and write the gradebook as CSV
    --exercises DIR         the exercises (default ${SHIPPED_DIR})
    --out FILE              the gradebook (default: here)
  new NAME                  begin an exercise in ${SHIPPED_DIR}/NAME

Exit status: 0 all is well, 1 something is not as it should be, 2 arguments that make no sense.`

const NAME = /^[a-z][a-z0-9-]{0,47}$/
const MOST_SEEDS = 10_000
const MOST_JOBS = 64

export type ExerciseArguments =
  | { readonly command: 'help'; readonly text: string }
  | {
      readonly command: 'check'
      readonly dir: string
      readonly seeds: number
      readonly liveSeeds: number
      readonly jobs: number | undefined
      readonly mutate: boolean
    }
  | { readonly command: 'run'; readonly dir: string; readonly learner: string; readonly out: string | undefined }
  | { readonly command: 'grade'; readonly files: readonly string[]; readonly exercises: string; readonly out: string | undefined }
  | { readonly command: 'new'; readonly name: string }

const OPTIONS = {
  seeds: { type: 'string' },
  'live-seeds': { type: 'string' },
  jobs: { type: 'string' },
  mutate: { type: 'boolean' },
  learner: { type: 'string' },
  out: { type: 'string' },
  exercises: { type: 'string' },
  help: { type: 'boolean' },
} as const
type Option = keyof typeof OPTIONS
const OF_COMMAND: Readonly<Record<string, readonly Option[]>> = {
  check: ['seeds', 'live-seeds', 'jobs', 'mutate'],
  run: ['learner', 'out'],
  grade: ['exercises', 'out'],
  new: [],
}

/** The error is a sentence. */
export function readArguments(args: readonly string[]): Result<ExerciseArguments, string> {
  const parsed = parsedOf(args)
  if (!parsed.ok) return parsed
  const { values, positionals } = parsed.value
  const [command, ...rest] = positionals
  if (values.help === true || command === undefined) return ok({ command: 'help', text: HELP })
  const options = OF_COMMAND[command]
  if (options === undefined) return failure(`There is no command "${command}".`)
  const strange = Object.keys(values).find((name) => !options.some((option) => option === name))
  if (strange !== undefined) return failure(`"${command}" has no option --${strange}.`)
  const [first, second] = rest
  if (command === 'grade') {
    if (first === undefined) return failure('Say which files to grade.')
    return ok({ command, files: rest, exercises: values.exercises ?? SHIPPED_DIR, out: values.out })
  }
  if (second !== undefined) return failure(`"${second}" is one thing too many.`)
  if (command === 'check') return checkArguments(first ?? SHIPPED_DIR, values)
  if (command === 'run') {
    const { learner } = values
    if (first === undefined) return failure('Say which exercise to run: its folder.')
    return learner === undefined || learner.trim() === ''
      ? failure('Say who you are: --learner NAME.')
      : ok({ command, dir: first, learner, out: values.out })
  }
  if (first === undefined || !NAME.test(first)) return failure('An exercise needs a name in small letters, digits and dashes.')
  return ok({ command: 'new', name: first })
}

function parsedOf(args: readonly string[]): Result<ReturnType<typeof parse>, string> {
  try {
    return ok(parse(args))
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error))
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
}

function checkArguments(
  dir: string,
  { seeds = '20', 'live-seeds': ofLive = '1', jobs, mutate = false }: ReturnType<typeof parse>['values'],
): Result<ExerciseArguments, string> {
  const count = numberOf(seeds, MOST_SEEDS)
  if (count === undefined) return failure(`--seeds must be a number from 1 to ${MOST_SEEDS}.`)
  const liveSeeds = numberOf(ofLive, MOST_SEEDS)
  if (liveSeeds === undefined) return failure(`--live-seeds must be a number from 1 to ${MOST_SEEDS}.`)
  const threads = jobs === undefined ? undefined : numberOf(jobs, MOST_JOBS)
  if (jobs !== undefined && threads === undefined) return failure(`--jobs must be a number from 1 to ${MOST_JOBS}.`)
  return ok({ command: 'check', dir, seeds: count, liveSeeds, jobs: threads, mutate })
}

function numberOf(text: string, most: number): number | undefined {
  const number = Number(text)
  return /^\d{1,6}$/.test(text) && number >= 1 && number <= most ? number : undefined
}
