import { failure, ok, type Result } from '../../base/result'
import { parseForks, type RunFork } from '../../contract/run-fork'
import { parseKept, type Kept } from './kept'

export interface SimulatorOptions {
  /** Undefined: any. */
  readonly seed: number | undefined
  readonly seeds: number
  /** Instead of a number of seeds. */
  readonly minutes: number | undefined
  readonly operations: number
  /** Worlds at the same time, each in a thread of its own. */
  readonly jobs: number
  /** Only these parts of each world. Undefined: all. */
  readonly kept: Kept | undefined
  /** Changes that are made in the world. Undefined: none. */
  readonly forks: readonly RunFork[] | undefined
  /** The seed of a world with a violation, to be made small. */
  readonly shrink: number | undefined
  /** Measures what of the core the worlds run, and which faults they meet when. */
  readonly coverage: boolean
  readonly json: boolean
  /** Ends at the first world with a violation. */
  readonly first: boolean
  readonly help: boolean
}

export const DEFAULT_OPERATIONS = 10_000
const MAX_JOBS = 256

export const OPTIONS_HELP = `npm run sim -- [options]: simulates the pair in virtual time, with faults drawn from a seed.

  --seed S         the first seed, from 0 to 2^53 - 1 (default: taken from the clock)
  --seeds N        how many worlds to run, from seed S up (default 1)
  --minutes M      how long to run worlds, from seed S up, instead of how many
  --operations N   approximate host commands per world (default ${DEFAULT_OPERATIONS}); each number gives other worlds
  --jobs N         how many worlds to run at the same time, each on one core (default 1); the results are the same
  --shrink S       make the world of seed S small: with few operations and faults, the same rule is still violated
  --keep PARTS     run only these parts of the world of --seed; --shrink says which
  --fork CHANGES   run the world of --seed with one thing changed after an event, such as 5310:without=2 (its third fault;
                   2~3: of which later faults draw as if it had drawn 3 random numbers),
                   5310:instead=2/hang@b, 5310:strike=crash@a or 5310:policy=cache-policy/write-through; several with commas
  --coverage       list which faults struck in which phases, and which lines of the core never ran (one job)
  --first          stop at the first world with a violation
  --json           print a last line of JSON with what was run and found
  --help           show this text

Exit status: 0 no violation, 1 violations, 2 options that make no sense.`

const NUMBERS = ['seed', 'seeds', 'minutes', 'operations', 'jobs', 'shrink'] as const
type NumberName = (typeof NUMBERS)[number]

/** The error is a sentence. */
export function parseSimulatorOptions(args: readonly string[]): Result<SimulatorOptions, string> {
  const numbers: Partial<Record<NumberName, number>> = {}
  const flags = { coverage: false, json: false, first: false, help: false }
  let kept: Kept | undefined
  let forks: readonly RunFork[] | undefined
  for (let at = 0; at < args.length; at++) {
    const [option = '', inline] = (args[at] ?? '').split('=', 2)
    const name = option.replace(/^--/, '')
    if (option === '--json') flags.json = true
    else if (option === '--coverage') flags.coverage = true
    else if (option === '--first') flags.first = true
    else if (option === '--help') flags.help = true
    else if (option === '--keep') {
      const parts = parseKept(valueOf(args[at]) ?? args[++at] ?? '')
      if (!parts.ok) return failure(`--keep: ${parts.error}`)
      kept = parts.value
    } else if (option === '--fork') {
      if (forks !== undefined) return failure('Give --fork once, with commas between its changes.')
      const changes = parseForks(valueOf(args[at]) ?? args[++at] ?? '')
      if (!changes.ok) return failure(`--fork: ${changes.error}`)
      forks = changes.value
    } else if (option.startsWith('--') && isNumberName(name)) {
      const value = parseNumber(name, inline ?? args[++at])
      if (value === undefined) return failure(`${option} needs ${name === 'minutes' ? 'a number above 0' : 'a whole number'}.`)
      numbers[name] = value
    } else return failure(`Unknown option: ${args[at]}.`)
  }
  const worlds = [numbers.seeds, numbers.minutes].some((number) => number !== undefined)
  if (numbers.shrink !== undefined && (worlds || numbers.seed !== undefined || kept !== undefined)) {
    return failure('--shrink is for one seed, and goes with --operations only.')
  }
  if (kept !== undefined && (worlds || numbers.seed === undefined)) return failure('--keep is for the world of one --seed.')
  if (forks !== undefined && (worlds || numbers.seed === undefined || kept !== undefined || flags.coverage))
    return failure('--fork is for the whole world of one --seed.')
  if (numbers.seeds !== undefined && numbers.minutes !== undefined) return failure('Give --seeds or --minutes, not both.')
  const { seed, seeds = 1, minutes, operations = DEFAULT_OPERATIONS, jobs = 1, shrink } = numbers
  if (flags.coverage && jobs > 1) return failure('--coverage measures one job.')
  if (jobs > MAX_JOBS) return failure(`--jobs can be at most ${MAX_JOBS}.`)
  return ok({ seed, seeds, minutes, operations, jobs, kept, forks, shrink, ...flags })
}

/** Of `--option=value`, where the value may hold signs of equality itself. */
function valueOf(arg = ''): string | undefined {
  return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : undefined
}

function isNumberName(name: string): name is NumberName {
  return NUMBERS.some((known) => known === name)
}

function parseNumber(name: NumberName, text: string | undefined): number | undefined {
  const value = Number(text)
  if (text === undefined || text === '' || !Number.isFinite(value)) return undefined
  if (name === 'minutes') return value > 0 ? value : undefined
  if (!Number.isSafeInteger(value) || value < (name === 'seed' || name === 'shrink' ? 0 : 1)) return undefined
  return value
}
