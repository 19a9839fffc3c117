import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const RUNNER = fileURLToPath(new URL('../../run.mjs', import.meta.url))

/** Killed before a stage could get far. */
function runWith(...args: string[]) {
  return spawnSync(process.execPath, [RUNNER, ...args], { encoding: 'utf8', timeout: 20_000 })
}

describe('npm test', () => {
  it('only lists its stages and options if it is asked for help', () => {
    const { status, stdout } = runWith('--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(/Stages: typecheck, lint, build, unit, .*package/)
    expect(stdout).toContain('--install')
    expect(stdout).not.toContain('===')
  })

  it.each(['--instal', '--seed'])('runs nothing with an option that it does not have (%s)', (option) => {
    const { status, stdout, stderr } = runWith('unit', option)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(`No option ${option}.`)
  })
})
