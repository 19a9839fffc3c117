/**
 * The stages of `npm test`, in order. Each gives the number of tests that passed and failed, and the names of those that failed. Two run
 * at the same time where each has a core of its own; what the second one prints is kept until the first has ended.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { ordinaryUser } from './ordinary-user.mjs'

const BIN = 'node_modules/.bin'
const SCREEN = '-screen 0 1920x1200x24'

export const STAGES = [
  { name: 'typecheck', run: () => checked('npm', ['run', '--silent', 'typecheck']) },
  { name: 'lint', besideTheOneBefore: true, run: (log) => checked('npm', ['run', '--silent', 'lint'], { log }) },
  // With the program of the exercises, which bundles itself before it does anything: the window's tests, as another user, only run it.
  {
    name: 'build',
    run: () => checked('sh', ['-c', 'npm run --silent build && npm run --silent exercise -- --help >/dev/null']),
    othersNeedIt: true,
  },
  ...['unit', 'simulation', 'conformance', 'integration', 'iscsi-test-cu', 'security'].map((name) => ({ name, run: () => vitest(name) })),
  { name: 'exercises', run: () => checked('npm', ['run', '--silent', 'exercise', '--', 'check']) },
  { name: 'fuzz', run: () => checked('node', ['tests/fuzz/run.mjs', '--minutes', '1', '--cases', '1000000', '--seed', '1']) },
  { name: 'e2e-electron', run: electronEndToEnd },
  {
    name: 'e2e-chromium',
    besideTheOneBefore: availableParallelism() > 2,
    run: (log) => endToEnd('chromium', { file: `${BIN}/wdio`, args: ['run', 'tests/e2e/wdio.chromium.ts'], env: process.env, log }),
  },
  { name: 'package', run: packageAndInstall },
]

/** A stage without tests of its own: only its failure counts. `log`: a file for what it prints. */
async function checked(file, args, { env = process.env, log } = {}) {
  const output = log === undefined ? 'inherit' : openSync(log, 'w')
  const [status] = await once(spawn(file, args, { stdio: ['inherit', output, output], env }), 'exit')
  if (log !== undefined) closeSync(output)
  return { passed: 0, failed: status === 0 ? 0 : 1, failures: [] }
}

async function vitest(project) {
  const report = `tests/artifacts/${project}.json`
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { failed } = await checked(`${BIN}/vitest`, ['run', '--config', 'tests/vitest.config.ts', '--project', project, ...reporters])
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [] }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  // A file that cannot even be loaded, or an error outside of tests, fails the run without a failed test.
  return { passed: numPassedTests, failed: Math.max(failed, numFailedTests), failures: testResults.flatMap(vitestFailures) }
}

function vitestFailures({ name, status, assertionResults }) {
  const file = relative(process.cwd(), name)
  const tests = assertionResults.filter((test) => test.status === 'failed')
  if (tests.length === 0) return status === 'failed' ? [file] : []
  return tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}${beginning(failureMessages[0])}`)
}

/** What was expected and what was there mostly stand in the lines after the first. */
function beginning(text = '') {
  const lines = stripVTControlCharacters(text).split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, 6)
    .map((line) => `\n    ${line.slice(0, 400)}`)
    .join('')
}

async function electronEndToEnd(log) {
  const command = ['xvfb-run', '-a', '-s', SCREEN, `${BIN}/wdio`, 'run', 'tests/e2e/wdio.electron.ts']
  const user = ordinaryUser()
  const [file, ...args] = [...user.prefix, ...command]
  try {
    return await endToEnd('electron', { file, args, env: user.env, log })
  } finally {
    user.leave()
  }
}

/** The configuration of WebdriverIO notes every test in a file, which is counted here. */
async function endToEnd(host, { file, args, env, log }) {
  const notes = `tests/artifacts/e2e-${host}.ndjson`
  rmSync(notes, { force: true })
  // Another user's pictures could not be written over.
  rmSync(`tests/artifacts/${host}`, { recursive: true, force: true })
  const { failed } = await checked(file, args, { env, log })
  if (!existsSync(notes)) {
    console.error('No end-to-end test ran.')
    return { passed: 0, failed: 1, failures: [] }
  }
  const tests = readFileSync(notes, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const failures = tests.filter((test) => !test.passed)
  return {
    passed: tests.length - failures.length,
    failed: Math.max(failed, failures.length),
    failures: failures.map(({ name, error }) => `${name}${beginning(error)}`),
  }
}

async function packageAndInstall() {
  const made = await checked('npm', ['run', '--silent', 'package'])
  return made.failed > 0 ? made : vitest('package')
}
