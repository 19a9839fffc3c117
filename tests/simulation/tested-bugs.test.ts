import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { TESTED_BUGS } from './planted/tested'

/** All of them take a minute or two on a machine that does nothing else. */
const TIMEOUT_MS = 20 * 60_000

it('each planted bug that names a test makes that test fail', { timeout: TIMEOUT_MS }, () => {
  const { status, stdout } = spawnSync(process.execPath, ['tests/mutation/run.mjs', '--planted'], { encoding: 'utf8' })
  const lines = stdout.trimEnd().split('\n')
  expect(
    lines.filter((line) => !line.startsWith('found: ')),
    stdout,
  ).toEqual([`${TESTED_BUGS.length} bugs planted, ${TESTED_BUGS.length} found by the test that is named with them`])
  expect(status).toBe(0)
})
