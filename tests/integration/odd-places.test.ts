/** `--lab` where no lab can be: each ends at once, with one sentence that names the place. */
import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ANY_PORTS } from '../support/lab-process'

/** It says no in a fraction of a second. What hangs is told from what starts on a busy machine. */
const ENDS_WITHIN_MS = 20_000
const NOBODY = 65_534

let folder: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'odd-places-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

const inFolder = (name: string) => path.join(folder, name)
const pipe = () => {
  execFileSync('mkfifo', [inFolder('pipe')])
  return inFolder('pipe')
}

it.each<[string, () => string]>([
  ['a pipe', pipe],
  ['below a pipe', () => path.join(pipe(), 'lab')],
  ['/proc', () => '/proc'],
  ['below /proc', () => '/proc/lab/lab'],
  ['/proc/self', () => '/proc/self'],
  ['below /proc/self', () => '/proc/self/lab'],
  ['/sys', () => '/sys'],
  ['below /sys', () => '/sys/kernel/lab'],
  ['a device', () => '/dev/full'],
  ['below a device', () => '/dev/null/lab'],
  ['a folder of open files', () => '/dev/fd'],
])('%s', (_, place) => {
  const lab = place()
  expect(outcomeOf(lab)).toEqual({ status: 1, signal: null, named: true, lines: 1 })
})

it('a folder without rights', ({ skip }) => {
  if (process.getuid?.() !== 0) fs.chmodSync(folder, 0o500)
  // Root may write everywhere, so somebody else tries it.
  else if (!canRunAsNobody()) skip('nobody cannot read this project')
  expect(outcomeOf(inFolder('lab'), process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {})).toMatchObject({ status: 1, lines: 1 })
})

function outcomeOf(lab: string, as: { readonly uid?: number; readonly gid?: number } = {}) {
  const args = ['out/main/serve.js', '--lab', lab, '--drives', '4', '--drive-mib', '16', ...ANY_PORTS]
  const { status, signal, stderr } = spawnSync(process.execPath, args, { timeout: ENDS_WITHIN_MS, encoding: 'utf8', ...as })
  return { status, signal, named: stderr.includes(lab), lines: stderr.trim().split('\n').length }
}

function canRunAsNobody(): boolean {
  const { status } = spawnSync(process.execPath, ['-e', 'require("fs").accessSync("out/main/serve.js")'], { uid: NOBODY, gid: NOBODY })
  return status === 0
}
