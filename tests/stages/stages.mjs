/** The stages of `npm test`, in order. Each gives the number of tests that passed and failed. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { ordinaryUser } from './ordinary-user.mjs'

const BIN = 'node_modules/.bin'
const SCREEN = '-screen 0 1920x1200x24'

export const STAGES = [
  { name: 'typecheck', run: () => checked('npm', ['run', '--silent', 'typecheck']) },
  { name: 'lint', run: () => checked('npm', ['run', '--silent', 'lint']) },
  { name: 'build', run: () => checked('npm', ['run', '--silent', 'build']), othersNeedIt: true },
  ...['unit', 'simulation', 'conformance', 'integration', 'security'].map((name) => ({ name, run: () => vitest(name) })),
  { name: 'fuzz', run: () => checked('node', ['tests/fuzz/run.mjs', '--minutes', '1', '--cases', '1000000', '--seed', '1']) },
  { name: 'e2e-electron', run: electronEndToEnd },
  { name: 'e2e-chromium', run: () => endToEnd('chromium', `${BIN}/wdio`, ['run', 'tests/e2e/wdio.chromium.ts'], process.env) },
  { name: 'package', run: packageAndInstall },
]

/** A stage without tests of its own: only its failure counts. */
function checked(file, args, env = process.env) {
  const { status } = spawnSync(file, args, { stdio: 'inherit', env })
  return { passed: 0, failed: status === 0 ? 0 : 1 }
}

function vitest(project) {
  const report = `tests/artifacts/${project}.json`
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { failed } = checked(`${BIN}/vitest`, ['run', '--config', 'tests/vitest.config.ts', '--project', project, ...reporters])
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  // A file that cannot even be loaded, or an error outside of tests, fails the run without a failed test.
  return { passed: numPassedTests, failed: Math.max(failed, numFailedTests) }
}

function electronEndToEnd() {
  const command = ['xvfb-run', '-a', '-s', SCREEN, `${BIN}/wdio`, 'run', 'tests/e2e/wdio.electron.ts']
  const user = ordinaryUser()
  const [file, ...args] = [...user.prefix, ...command]
  try {
    return endToEnd('electron', file, args, user.env)
  } finally {
    user.leave()
  }
}

/** The configuration of WebdriverIO notes every test in a file, which is counted here. */
function endToEnd(host, file, args, env) {
  const notes = `tests/artifacts/e2e-${host}.ndjson`
  rmSync(notes, { force: true })
  // Another user's pictures could not be written over.
  rmSync(`tests/artifacts/${host}`, { recursive: true, force: true })
  const { failed } = checked(file, args, env)
  if (!existsSync(notes)) {
    console.error('No end-to-end test ran.')
    return { passed: 0, failed: 1 }
  }
  const tests = readFileSync(notes, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const passed = tests.filter((test) => test.passed).length
  return { passed, failed: Math.max(failed, tests.length - passed) }
}

function packageAndInstall() {
  const made = checked('npm', ['run', '--silent', 'package'])
  return made.failed > 0 ? made : vitest('package')
}
