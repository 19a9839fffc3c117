export interface MutationOptions {
  readonly files: readonly string[]
  readonly tests: readonly string[]
  readonly count: number
  readonly seed: number
  /** Runs those that survived an earlier run once more. */
  readonly again: boolean
  /** Instead: the planted bugs of these files, each with the test that finds it. */
  readonly planted: boolean
}

export const OPTIONS_HELP = `npm run mutate -- [options]: changes the core in small wrong ways, one at a time.
After each change the tests that reach the changed file are run, the nearest first, until one fails.
What no test notices is listed. No file is written but tests/artifacts/mutation.ndjson, from which a stopped run goes on.

  --files G    folders or files under src-main/core, with commas (nvram,raid,mapping,controller,management,scsi,iscsi/session)
  --tests P    folders under tests whose tests are run, with commas (unit/core,conformance)
  --count N    how many changes, drawn and spread over the files (100)
  --seed S     of the draw (1)
  --planted    instead: plants the bugs of tests/simulation/planted/tested that are in --files, each for the test named with it
  --again      runs again what survived before
  --help       this

Exit status: 0 all were noticed, 1 some were not, 2 options that make no sense.`

const DEFAULT_FILES = ['nvram', 'raid', 'mapping', 'controller', 'management', 'scsi', 'iscsi/session']

/** The error is a sentence. */
export function parseMutationOptions(args: readonly string[]): MutationOptions | 'help' | { readonly error: string } {
  let files = DEFAULT_FILES
  let tests = ['unit/core', 'conformance']
  let count = 100
  let seed = 1
  let again = false
  let planted = false
  for (let at = 0; at < args.length; at++) {
    const [option = '', inline] = (args[at] ?? '').split('=', 2)
    const value = (): string => inline ?? args[++at] ?? ''
    if (option === '--help') return 'help'
    if (option === '--again') again = true
    else if (option === '--planted') planted = true
    else if (option === '--files') files = value().split(',')
    else if (option === '--tests') tests = value().split(',')
    else if (option === '--count') count = wholeNumber(value())
    else if (option === '--seed') seed = wholeNumber(value())
    else return { error: `Unknown option: ${option}.` }
  }
  if (files.some((name) => name === '')) return { error: '--files needs names with commas between them.' }
  if (tests.some((name) => name === '')) return { error: '--tests needs names with commas between them.' }
  if (!(count >= 1)) return { error: '--count needs a whole number above 0.' }
  if (Number.isNaN(seed)) return { error: '--seed needs a whole number.' }
  return { files, tests, count, seed, again, planted }
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}
