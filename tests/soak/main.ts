/** `npm run soak`. */
import { load, machine } from '../support/machine'
import { OPTIONS_HELP, parseSoakOptions, type SoakOptions } from './options'
import { resultForPrograms, tellResult } from './report'
import { runSoak } from './soak'

const EXIT = { fine: 0, trouble: 1, badOptions: 2 } as const

// So that what is to be done at an exit is done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT.trouble))

const options = parseSoakOptions(process.argv.slice(2))
if (options === 'help') say(OPTIONS_HELP)
else if ('error' in options) {
  process.stderr.write(`${options.error} (--help shows all options.)\n`)
  process.exitCode = EXIT.badOptions
} else await run(options)

async function run({ faults, seed, labFolder, json }: SoakOptions): Promise<void> {
  const startedAtMs = performance.now()
  say(`${faults} faults of seed ${seed}; ${machine()}, ${load()}`)
  const result = await runSoak({ faults, seed, labFolder, say })
  const wallSeconds = Math.round(performance.now() - startedAtMs) / 1000
  say(tellResult(result, wallSeconds))
  if (json) say(JSON.stringify(resultForPrograms(result, wallSeconds)))
  process.exitCode = result.trouble === undefined && result.lost === 0 ? EXIT.fine : EXIT.trouble
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
