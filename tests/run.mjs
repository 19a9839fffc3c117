/**
 * `npm test`: everything, from the system's packages to the installer. Stages can be named:
 * `npm test -- unit integration`. `--help` lists them and runs nothing.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureDebianPackages } from './stages/debian-packages.mjs'
import { STAGES } from './stages/stages.mjs'

const projectDir = fileURLToPath(new URL('..', import.meta.url))
process.chdir(projectDir)

const HELP = `npm test -- [stages] [options]: runs all stages, or those that are named.

Stages: ${STAGES.map((stage) => stage.name).join(', ')}

  --install      install missing Debian packages with sudo; root needs no asking
  --every-spec   run each end-to-end spec in both hosts, also those of the page alone
  --help         show this text`

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(HELP)
  process.exit(0)
}
const unknownOptions = args.filter((arg) => arg.startsWith('--') && !['--install', '--every-spec'].includes(arg))
if (unknownOptions.length > 0) {
  console.error(`No option ${unknownOptions.join(', ')}.\n\n${HELP}`)
  process.exit(2)
}
const names = args.filter((arg) => !arg.startsWith('--'))
const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name))
if (unknown.length > 0) {
  console.error(`No stage ${unknown.join(', ')}. Stages: ${STAGES.map((stage) => stage.name).join(', ')}`)
  process.exit(2)
}

if (args.includes('--every-spec')) process.env.E2E_EVERY_SPEC = '1'
ensureDebianPackages({ mayAskSudo: args.includes('--install') })

const total = { passed: 0, failed: 0, failures: [] }
const chosen = names.length === 0 ? STAGES : STAGES.filter((stage) => names.includes(stage.name))
if (names.length === 0) rmSync('tests/artifacts', { recursive: true, force: true })
mkdirSync('tests/artifacts', { recursive: true })
for (let at = 0; at < chosen.length; at++) {
  const [stage, next] = chosen.slice(at, at + 2)
  const log = `tests/artifacts/${next?.name}.log`
  const beside = next?.besideTheOneBefore ? runStage(next, log) : undefined
  console.log(`\n=== ${stage.name}`)
  const ended = await runStage(stage)
  count(stage, ended)
  if (beside !== undefined) {
    const other = await beside
    console.log(`\n=== ${next.name}\n${readFileSync(log, 'utf8')}`)
    count(next, other)
    at++
  }
  if (ended.failed > 0 && stage.othersNeedIt) break
}

async function runStage(stage, log) {
  const startedMs = Date.now()
  const outcome = await stage.run(log)
  return { ...outcome, seconds: (Date.now() - startedMs) / 1000 }
}

function count({ name }, { passed, failed, failures, seconds }) {
  total.passed += passed
  total.failed += failed
  total.failures.push(...failures.map((failure) => `${name}: ${failure}`))
  console.log(`=== ${name}: ${failed === 0 ? 'ok' : 'FAILED'} in ${seconds.toFixed(1)} s`)
}

if (total.failures.length > 0) console.log(`\n${total.failures.join('\n')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
