import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildPlanted } from '../support/planted-build'
import { parityWithoutLock } from './planted/parity-without-lock'

const OPERATIONS = ['--operations', '150']
const TIMEOUT_MS = 10 * 60_000
/** What one burst of one client comes to, and what the end of a world asks. */
const FEW_OPERATIONS = 60
const FEW_FAULTS = 3
/** From here on, the first world that shows the bug has one parity, where nobody reads wrong data before the end. */
const FIRST_SEED = '3'

let outDir: string
let shrink: readonly string[]

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'takeover-lab-shrink-'))
  await buildPlanted({ entry: 'src-main/entries/simulator.ts', outDir, fileName: 'simulator.mjs', bug: parityWithoutLock })
  const { output } = await simulate(['--seed', FIRST_SEED, '--seeds', '300', ...OPERATIONS, '--first'])
  shrink = argsIn(output, 'To make it small')
  expect(shrink, output).toHaveLength(4)
}, TIMEOUT_MS)

afterAll(() => rm(outDir, { recursive: true }))

/** `interruptAt`: Ctrl-C once this is said. */
async function simulate(args: readonly string[], interruptAt?: RegExp): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [join(outDir, 'simulator.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let isInterrupted = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (interruptAt?.test(output) !== true || isInterrupted) return
    isInterrupted = true
    child.kill('SIGINT')
  })
  await once(child, 'close')
  return { exitCode: child.exitCode, output }
}

function argsIn(output: string, before: string): string[] {
  return new RegExp(`${before}: npm run sim -- (.*)`).exec(output)?.[1]?.split(' ') ?? []
}

it('makes a world that a run found small, and says how to repeat it', { timeout: TIMEOUT_MS }, async () => {
  const { exitCode, output } = await simulate([...shrink, '--json'])
  const small = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as { operations: number; faults: number; violation: object }
  expect(exitCode).toBe(1)
  expect(small.violation).toMatchObject({ checker: 'redundancy' })
  expect(small.operations, output).toBeLessThanOrEqual(FEW_OPERATIONS)
  expect(small.faults, output).toBeLessThanOrEqual(FEW_FAULTS)

  const again = await simulate(argsIn(output, 'To repeat'))
  expect(again.exitCode, again.output).toBe(1)
  expect(again.output).toContain(/ {2}redundancy at .*/.exec(output)?.[0])
})

it('says the smallest so far at Ctrl-C', { timeout: TIMEOUT_MS }, async () => {
  const { exitCode, output } = await simulate(shrink, /worlds run; the smallest so far/)
  expect(exitCode, output).toBe(1)
  expect(output).toContain('Stopped.')
  const again = await simulate(argsIn(output, 'To repeat'))
  expect(again.exitCode, again.output).toBe(1)
})

it('says that nothing is wrong with a world in which nothing is', { timeout: TIMEOUT_MS }, async () => {
  const { exitCode, output } = await simulate(['--shrink', '3', '--operations', '1'])
  expect(output).toContain('no violation')
  expect(exitCode).toBe(0)
})
