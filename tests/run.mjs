/**
 * `npm test`: everything, from the system's packages to the installer. Stages can be named:
 * `npm test -- unit integration`. `--help` lists them and runs nothing.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureDebianPackages } from './stages/debian-packages.mjs'
import { STAGES } from './stages/stages.mjs'

const projectDir = fileURLToPath(new URL('..', import.meta.url))
process.chdir(projectDir)

const HELP = `npm test -- [stages] [options]: runs all stages, or those that are named.

Stages: ${STAGES.map((stage) => stage.name).join(', ')}

  --install   install missing Debian packages with sudo; root needs no asking
  --help      show this text`

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(HELP)
  process.exit(0)
}
const unknownOptions = args.filter((arg) => arg.startsWith('--') && arg !== '--install')
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

ensureDebianPackages({ mayAskSudo: args.includes('--install') })

const total = { passed: 0, failed: 0 }
const chosen = names.length === 0 ? STAGES : STAGES.filter((stage) => names.includes(stage.name))
if (names.length === 0) rmSync('tests/artifacts', { recursive: true, force: true })
mkdirSync('tests/artifacts', { recursive: true })
for (const stage of chosen) {
  console.log(`\n=== ${stage.name}`)
  const startedMs = Date.now()
  const { passed, failed } = stage.run()
  total.passed += passed
  total.failed += failed
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
  console.log(`=== ${stage.name}: ${failed === 0 ? 'ok' : 'FAILED'} in ${seconds} s`)
  if (failed > 0 && stage.othersNeedIt) break
}

console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
