import { randomInt } from 'node:crypto'

export interface FuzzOptions {
  readonly cases: number
  readonly seed: number
  /** Undefined: all but those that are only run when they are named. */
  readonly target: string | undefined
  /** The run ends after that time, however many cases there were. */
  readonly minutes: number
  readonly json: boolean
}

export const OPTIONS_HELP = `npm run fuzz -- [options]: hostile input for everything that takes input from outside.

  --cases N     how many (100000)
  --seed S      of everything that is drawn (any number from 0 to 2^31 - 1); left out: one drawn
  --target T    only this one: TARGETS
  --minutes M   ends after that time, if it comes first (60)
  --json        the last line is one object with what was done and found
  --help        this

Exit status: 0 nothing found, 1 something found, 2 options that make no sense.`

/** The error is a sentence. */
export function parseFuzzOptions(args: readonly string[], targets: readonly string[]): FuzzOptions | 'help' | { readonly error: string } {
  let cases = 100_000
  let seed = randomInt(2 ** 31 - 1)
  let target: string | undefined
  let minutes = 60
  let json = false
  for (let at = 0; at < args.length; at++) {
    const [option = '', inline] = (args[at] ?? '').split('=', 2)
    const value = (): string => inline ?? args[++at] ?? ''
    if (option === '--help') return 'help'
    if (option === '--json') json = true
    else if (option === '--cases') cases = wholeNumber(value())
    else if (option === '--seed') seed = wholeNumber(value())
    else if (option === '--target') target = value()
    else if (option === '--minutes') minutes = number(value())
    else return { error: `Unknown option: ${option}.` }
  }
  if (!(cases >= 1)) return { error: '--cases needs a whole number above 0.' }
  if (!(seed < 2 ** 31)) return { error: '--seed needs a whole number below 2^31.' }
  if (!(minutes > 0)) return { error: '--minutes needs a number above 0.' }
  if (target !== undefined && !targets.includes(target)) return { error: `--target needs one of ${targets.join(', ')}.` }
  return { cases, seed, target, minutes, json }
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

function number(text: string): number {
  return /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
}
