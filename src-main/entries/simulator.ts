/** `npm run sim`: worlds of virtual time, from a seed on. Lines for people; with --json the last one is for programs. */
import { parseSimulatorOptions, OPTIONS_HELP, type SimulatorOptions } from '../simulator/run/options'
import { tellSum, tellViolations, tellWorld } from '../simulator/run/report'
import { runSeeds } from '../simulator/run/run-seeds'

const EXIT = { fine: 0, violations: 1, badOptions: 2 } as const
const MS_PER_MINUTE = 60_000
/** A soak says now and then that it lives. */
const WORD_EVERY_MS = 60_000

const options = parseSimulatorOptions(process.argv.slice(2))
if (!options.ok) {
  process.stderr.write(`${options.error} (--help shows all options.)\n`)
  process.exitCode = EXIT.badOptions
} else if (options.value.help) {
  say(OPTIONS_HELP)
} else {
  run(options.value)
}

function run({ seed, seeds, minutes, operations, json, first }: SimulatorOptions): void {
  const startedAtMs = performance.now()
  const firstSeed = seed ?? Date.now()
  let saidAtMs = startedAtMs
  let worlds = 0
  const result = runSeeds({
    firstSeed,
    operations,
    goesOn: (done, violations) => {
      if (first && violations > 0) return false
      return minutes === undefined ? done < seeds : performance.now() - startedAtMs < minutes * MS_PER_MINUTE
    },
    ran: (world) => {
      worlds++
      if (world.violations.length > 0) say(tellViolations(world, operations).join('\n'))
      else if (minutes === undefined && seeds === 1) say(tellWorld(world))
      else if (performance.now() - saidAtMs > WORD_EVERY_MS) {
        saidAtMs = performance.now()
        say(`${worlds} seeds so far, the last one ${world.seed}`)
      }
    },
  })
  const wallSeconds = Math.round(performance.now() - startedAtMs) / 1000
  say(tellSum(result, wallSeconds))
  if (json) say(JSON.stringify({ ...result, wallSeconds }))
  process.exitCode = result.violations === 0 ? EXIT.fine : EXIT.violations
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
