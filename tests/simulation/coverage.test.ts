import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runWorld } from '../../src-main/simulator/run/run-world'

interface Measured {
  readonly faults: number
  readonly hash: string
  readonly meetings: readonly { readonly fault: string; readonly counts: readonly number[] }[]
  readonly files: readonly { readonly file: string; readonly lines: number; readonly unmet: readonly number[] }[]
}

it('says which lines of the core two worlds ran, and which faults they met', () => {
  const args = ['src-main/launcher/simulator.mjs', '--coverage', '--seed', '1', '--seeds', '2', '--operations', '200', '--json']
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' })
  const { faults, meetings, files } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Measured
  const strikes = meetings.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)
  expect(faults).toBe([1, 2].reduce((sum, seed) => sum + runWorld({ seed, operations: 200 }).faults, 0))
  expect(strikes, output).toBeGreaterThanOrEqual(faults)

  const ran = (path: string, code: string): boolean => {
    const file = files.find((one) => one.file === path)
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes(code)) + 1
    expect([line > 0, file !== undefined], `${code} in ${path}`).toEqual([true, true])
    return file?.unmet.includes(line) === false
  }
  expect(ran('src-main/core/raid/geometry.ts', 'const stripeBlocks = dataWidth * chunkBlocks')).toBe(true)
  // A configuration that worlds never have.
  expect(ran('src-main/core/raid/validation.ts', 'where its superblocks are')).toBe(false)
})
