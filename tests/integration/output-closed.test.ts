/** `serve … | head -1`: whoever reads the output ends first. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ANY_PORTS } from '../support/lab-process'

const SERVES_MS = 2000

let folder: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'output-closed-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

it('the lab goes on, and ends in order when it is told to', async () => {
  const args = ['out/main/serve.js', '--lab', folder, '--drives', '4', '--drive-mib', '16', ...ANY_PORTS]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  child.stdout.destroy()
  child.stderr.destroy()
  await expect.poll(() => fs.existsSync(path.join(folder, 'host-ledger')), { timeout: 30_000 }).toBe(true)
  await sleep(SERVES_MS)
  expect(child.exitCode).toBe(null)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(fs.existsSync(path.join(folder, 'lab.lock'))).toBe(false)
})
