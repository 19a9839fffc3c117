/** `npm run sim`: worlds of virtual time, from a seed on. Lines for people; with --json the last one is for programs. */
import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'
import { failure, type Result } from '../base/result'
import { Meetings } from '../simulator/coverage/meetings'
import { tellCoverage } from '../simulator/coverage/report'
import { parseSimulatorOptions, OPTIONS_HELP, type SimulatorOptions } from '../simulator/run/options'
import { forkProblem } from '../simulator/run/fork-choices'
import { tellParting, tellSum, tellViolations, tellWorld } from '../simulator/run/report'
import { runSeeds, SeedsSum, type SeedsOptions } from '../simulator/run/run-seeds'
import { swarmOf } from '../simulator/run/run-world'
import { coreCoverage } from './simulator-coverage'
import { shrinkWorld } from './simulator-shrink'
import { runSeedsInThreads, runWorldsAsThread } from './simulator-threads'

const EXIT = { fine: 0, violations: 1, badOptions: 2 } as const
const MS_PER_MINUTE = 60_000
const US_PER_SECOND = 1_000_000
/** A soak says now and then that it lives. */
const WORD_EVERY_MS = 60_000

/**
 * V8 optimizes for programs that run for hours. In a run of some dozen worlds it would spend a fifth of the time compiling.
 * These flags inline less (920 bytes of bytecode by default), stop optimizing small functions early (81 by default), and turn
 * off loop peeling. Worlds run as fast, and compiling takes less time.
 */
const V8_FLAGS = ['--max-inlined-bytecode-size-cumulative=150', '--no-turbo-loop-peeling']
// Later ones do not know it, and say so.
if (process.versions.node.startsWith('20.')) V8_FLAGS.push('--max-bytecode-size-for-early-opt=0')
for (const flag of V8_FLAGS) setFlagsFromString(flag)

if (isMainThread) await main()
else runWorldsAsThread()

async function main(): Promise<void> {
  const options = possible(parseSimulatorOptions(process.argv.slice(2)))
  if (!options.ok) {
    process.stderr.write(`${options.error} (--help shows all options.)\n`)
    process.exitCode = EXIT.badOptions
  } else if (options.value.help) {
    say(OPTIONS_HELP)
  } else if (options.value.shrink !== undefined) {
    const { shrink: seed, operations, json } = options.value
    process.exitCode = (await shrinkWorld({ seed, operations, json }, say)) ? EXIT.violations : EXIT.fine
  } else if (options.value.coverage) {
    await measure(options.value)
  } else {
    await run(options.value)
  }
}

/** Whether a fork is one depends on the world. */
function possible(options: Result<SimulatorOptions, string>): Result<SimulatorOptions, string> {
  if (!options.ok || options.value.forks === undefined) return options
  const { seed = 0, operations, forks } = options.value
  const problem = forkProblem(forks, swarmOf({ seed, operations }))
  return problem === undefined ? options : failure(problem)
}

async function run(options: SimulatorOptions): Promise<void> {
  const startedAtMs = performance.now()
  const cpuAtStart = process.cpuUsage()
  const seeds = seedsOptions(options, startedAtMs)
  const maxWorlds = options.minutes === undefined ? options.seeds : Number.POSITIVE_INFINITY
  const { jobs, kept, forks } = options
  const result =
    jobs === 1 || kept !== undefined || forks !== undefined
      ? runSeeds(seeds)
      : await runSeedsInThreads({ ...seeds, jobs, maxWorlds, program: new URL(import.meta.url) })
  const wallSeconds = Math.round(performance.now() - startedAtMs) / 1000
  const { user, system } = process.cpuUsage(cpuAtStart)
  say(tellSum(result, { wallSeconds, cpuSeconds: (user + system) / US_PER_SECOND }))
  if (options.json) say(JSON.stringify({ ...result, wallSeconds }))
  process.exitCode = result.violations === 0 ? EXIT.fine : EXIT.violations
}

async function measure(options: SimulatorOptions): Promise<void> {
  const meetings = new Meetings()
  const sum = new SeedsSum(seedsOptions(options, performance.now()))
  const files = await coreCoverage(new URL(import.meta.url), () => {
    while (sum.goesOn) sum.add(meetings.run({ seed: sum.nextSeed, operations: options.operations }))
  })
  const result = sum.result()
  say(tellCoverage(meetings, files).join('\n'))
  say(`${result.seeds} seeds from ${result.seed}: ${result.operations} operations, ${result.faults} faults`)
  if (options.json) say(JSON.stringify({ ...result, meetings: meetings.rows(), files }))
  process.exitCode = result.violations === 0 ? EXIT.fine : EXIT.violations
}

function seedsOptions({ seed, seeds, minutes, operations, kept, forks, first }: SimulatorOptions, startedAtMs: number): SeedsOptions {
  let saidAtMs = startedAtMs
  let worlds = 0
  return {
    firstSeed: seed ?? Date.now(),
    operations,
    kept,
    forks,
    goesOn: (done, violations) => {
      if (first && violations > 0) return false
      return minutes === undefined ? done < seeds : performance.now() - startedAtMs < minutes * MS_PER_MINUTE
    },
    ran: (world) => {
      worlds++
      const parting = forks === undefined ? [] : [tellParting(world)]
      if (world.violations.length > 0) say([...tellViolations(world, { operations, kept, forks }), ...parting].join('\n'))
      else if (minutes === undefined && seeds === 1) say([tellWorld(world), ...parting].join('\n'))
      else if (performance.now() - saidAtMs > WORD_EVERY_MS) {
        saidAtMs = performance.now()
        say(`${worlds} seeds so far, the last one ${world.seed}`)
      }
    },
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
