import { randomInt } from 'node:crypto'

export interface SoakOptions {
  readonly faults: number
  readonly seed: number
  /** Undefined: a folder of its own, removed at the end if all is well. */
  readonly labFolder: string | undefined
  readonly json: boolean
}

export const OPTIONS_HELP = `npm run soak -- [options]: the real lab under workload, with random faults.
Every acknowledged write is read back.

  --faults N   how many (200)
  --seed S     of the faults, their order and the pauses (any number from 0 to 2^47 - 1); left out: one drawn
  --lab DIR    a new folder to keep (left out: a temporary one)
  --json       the last line is one object with what was done and found
  --help       this

Exit status: 0 nothing lost and nothing stuck, 1 otherwise, 2 options that make no sense.`

const MAX_SEEDS = 2 ** 47

/** The error is a sentence. */
export function parseSoakOptions(args: readonly string[]): SoakOptions | 'help' | { readonly error: string } {
  let faults = 200
  let seed = randomInt(2 ** 31)
  let labFolder: string | undefined
  let json = false
  for (let at = 0; at < args.length; at++) {
    const [option = '', inline] = (args[at] ?? '').split('=', 2)
    const value = (): string => inline ?? args[++at] ?? ''
    if (option === '--help') return 'help'
    if (option === '--json') json = true
    else if (option === '--faults') faults = wholeNumber(value())
    else if (option === '--seed') seed = wholeNumber(value())
    else if (option === '--lab') labFolder = value()
    else return { error: `Unknown option: ${option}.` }
  }
  if (!(faults >= 1)) return { error: '--faults needs a whole number above 0.' }
  if (!(seed < MAX_SEEDS)) return { error: '--seed needs a whole number.' }
  if (labFolder === '') return { error: '--lab needs a folder.' }
  return { faults, seed, labFolder, json }
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}
