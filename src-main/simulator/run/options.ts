import { failure, ok, type Result } from '../../base/result'

export interface SimulatorOptions {
  /** Undefined: any. */
  readonly seed: number | undefined
  readonly seeds: number
  /** Instead of a number of seeds. */
  readonly minutes: number | undefined
  readonly operations: number
  /** Worlds at the same time, each in a thread of its own. */
  readonly jobs: number
  readonly json: boolean
  /** Ends at the first world with a violation. */
  readonly first: boolean
  readonly help: boolean
}

export const DEFAULT_OPERATIONS = 10_000
const MOST_JOBS = 256

export const OPTIONS_HELP = `npm run sim -- [options]: the pair in worlds of virtual time, with faults drawn from a seed.

  --seed S         the first seed (any number from 0 to 2^53 - 1); left out: one from the clock
  --seeds N        that many worlds, from S on (1)
  --minutes M      worlds from S on for that long, instead of a number of them
  --operations N   host commands in each world, about (${DEFAULT_OPERATIONS}); another number gives other worlds
  --jobs N         worlds at the same time, each on a core (1); what comes out is the same
  --first          end at the first world with a violation
  --json           the last line is one object with what was run and found
  --help           this

Exit status: 0 no violation, 1 violations, 2 options that make no sense.`

const NUMBERS = ['seed', 'seeds', 'minutes', 'operations', 'jobs'] as const
type NumberName = (typeof NUMBERS)[number]

/** The error is a sentence. */
export function parseSimulatorOptions(args: readonly string[]): Result<SimulatorOptions, string> {
  const numbers: Partial<Record<NumberName, number>> = {}
  const flags = { json: false, first: false, help: false }
  for (let at = 0; at < args.length; at++) {
    const [option = '', inline] = (args[at] ?? '').split('=', 2)
    const name = option.replace(/^--/, '')
    if (option === '--json') flags.json = true
    else if (option === '--first') flags.first = true
    else if (option === '--help') flags.help = true
    else if (option.startsWith('--') && isNumberName(name)) {
      const value = parseNumber(name, inline ?? args[++at])
      if (value === undefined) return failure(`${option} needs ${name === 'minutes' ? 'a number above 0' : 'a whole number'}.`)
      numbers[name] = value
    } else return failure(`There is no option ${args[at]}.`)
  }
  if (numbers.seeds !== undefined && numbers.minutes !== undefined) return failure('Give --seeds or --minutes, not both.')
  const { seed, seeds = 1, minutes, operations = DEFAULT_OPERATIONS, jobs = 1 } = numbers
  if (jobs > MOST_JOBS) return failure(`--jobs can be ${MOST_JOBS} at most.`)
  return ok({ seed, seeds, minutes, operations, jobs, ...flags })
}

function isNumberName(name: string): name is NumberName {
  return NUMBERS.some((known) => known === name)
}

function parseNumber(name: NumberName, text: string | undefined): number | undefined {
  const value = Number(text)
  if (text === undefined || text === '' || !Number.isFinite(value)) return undefined
  if (name === 'minutes') return value > 0 ? value : undefined
  if (!Number.isSafeInteger(value) || value < (name === 'seed' ? 0 : 1)) return undefined
  return value
}
