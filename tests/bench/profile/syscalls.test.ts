/** The system calls that one 4 KiB write costs the lab, all threads together; needs `strace`, which slows the lab down. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { load, machine } from '../../support/machine'
import { writesBy } from '../outside-loads'
import { startProbedLab, type ProbedLab } from '../probed-lab'

const ALPHA = 0
const SECONDS = 4
const ATTACHED_AFTER_MS = 1000
const SHOWN = 12
const hasStrace = spawnSync('strace', ['--version']).error === undefined

let probed: ProbedLab
beforeAll(async () => void (probed = await startProbedLab()))
afterAll(() => probed.stop())

it.skipIf(!hasStrace).each([1, 32])('4 KiB scattered writes, depth %d', async (depth) => {
  const put = writesBy({ kib: 4, depth, scattered: true })
  const strace = spawn('strace', ['-f', '-c', '-q', '-p', String(probed.pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let summary = ''
  strace.stderr.setEncoding('utf8').on('data', (text: string) => (summary += text))
  const ended = once(strace, 'close')
  await new Promise((resolve) => setTimeout(resolve, ATTACHED_AFTER_MS))
  const { count } = await put(probed.url(ALPHA, 'a'), SECONDS)
  strace.kill('SIGINT')
  await ended
  const calls = countsOf(summary)
  const lines = calls.slice(0, SHOWN).map(([name, times]) => `  ${(times / count).toFixed(2).padStart(6)}  ${name}`)
  console.log([`${machine()}, ${load()}`, `system calls for each of ${count} writes of 4 KiB at depth ${depth}:`, ...lines].join('\n'))
  expect(calls.length, summary).toBeGreaterThan(0)
})

/** Of strace's table: share, seconds, microseconds a call, calls, errors where there were any, name. */
function countsOf(summary: string): [name: string, times: number][] {
  const rows = [...summary.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+)(?: +\d+)? +(\w+)$/gm)]
  return rows
    .map(([, times, name]): [string, number] => [name ?? '', Number(times)])
    .filter(([name]) => name !== 'total')
    .sort(([, one], [, other]) => other - one)
}
