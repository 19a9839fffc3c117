/** The lock of a lab folder, among processes: killed, started at once, and with process ids of their own. */
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildPlanted } from '../support/planted-build'

const HOLDERS = 6
const ROUNDS = 20
const CONTEND_MS = 5000
/** So that all have read their command before it begins. */
const HEAD_START_MS = 50

/** A process id namespace, as a container has. The user's own, where that is allowed. */
const NAMESPACES = [
  ['unshare', '--pid', '--fork', '--kill-child'],
  ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'],
].find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0)

let programFolder: string
let folder: string
let holders: Holder[] = []

beforeAll(async () => {
  programFolder = fs.mkdtempSync(path.join(tmpdir(), 'lock-holder-'))
  await buildPlanted({ entry: 'tests/support/lock-holder.ts', outDir: programFolder, fileName: 'lock-holder.mjs' })
})
afterAll(() => fs.rmSync(programFolder, { recursive: true }))
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'lab-lock-'))
})
afterEach(async () => {
  await Promise.all(holders.map((holder) => holder.kill()))
  holders = []
  fs.rmSync(folder, { recursive: true })
})

class Holder {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface

  constructor(prefix: readonly string[] = []) {
    const [program = '', ...args] = [...prefix, process.execPath, path.join(programFolder, 'lock-holder.mjs'), lockFile()]
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface(this.#child.stdout)
    holders.push(this)
  }

  async tell(command: string): Promise<string> {
    const answer = once(this.#lines, 'line')
    this.#child.stdin.write(`${command}\n`)
    return String((await answer)[0])
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async kill(): Promise<void> {
    holders = holders.filter((holder) => holder !== this)
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}

function lockFile(): string {
  return path.join(folder, 'lab.lock')
}

describe('the lock of a lab folder', () => {
  it(`goes to one of ${HOLDERS} that find a dead lock at the same time, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      while (holders.length < HOLDERS) await new Holder().tell('release')
      const asked = [...holders]
      const startMs = Date.now() + HEAD_START_MS
      const answers = await Promise.all(asked.map((holder) => holder.tell(`lock ${startMs}`)))
      expect(
        answers.filter((answer) => answer === 'locked'),
        `round ${round}`,
      ).toHaveLength(1)
      expect(answers.filter((answer) => answer.startsWith('This lab is already open in '))).toHaveLength(HOLDERS - 1)
      await asked[answers.indexOf('locked')]?.kill()
      expect(fs.existsSync(lockFile())).toBe(true)
    }
  })

  it('is never held twice while many take it and give it back', async () => {
    for (let number = 0; number < HOLDERS; number++) await new Holder().tell('release')
    const untilMs = Date.now() + CONTEND_MS
    const answers = await Promise.all(holders.map((holder) => holder.tell(`contend ${untilMs}`)))
    const held = answers.flatMap((answer) => JSON.parse(answer) as [number, number][]).sort(([one], [other]) => one - other)
    expect(held.length).toBeGreaterThan(20)
    held.slice(1).forEach(([from], index) => expect(from).toBeGreaterThan(held[index]?.[1] ?? 0))
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it.skipIf(NAMESPACES === undefined)('is seen by a process with process ids of its own, both ways', async () => {
    const [outside, inside] = [new Holder(), new Holder(NAMESPACES)]
    expect(await outside.tell('lock')).toBe('locked')
    expect(await inside.tell('lock')).toMatch(/^This lab is already open in process \d+/)
    await outside.tell('release')
    expect(await inside.tell('lock')).toBe('locked')
    expect(await outside.tell('lock')).toMatch(/^This lab is already open in process \d+/)
    await inside.kill()
    await expect.poll(() => outside.tell('lock')).toBe('locked')
  })

  it('is held by a process that has stopped, and free as soon as it is killed', async () => {
    const [stopped, other] = [new Holder(), new Holder()]
    expect(await stopped.tell('lock')).toBe('locked')
    stopped.signal('SIGSTOP')
    expect(await other.tell('lock')).toMatch(/already open/)
    await stopped.kill()
    expect(await other.tell('lock')).toBe('locked')
  })
})
